/** What a browser may tell of the frame that was played last. */
export interface PlayedFrame {
  /** When it was played, in Unix ms of the receiver's clock. */
  timestamp: number;
  /** When it was captured, in NTP ms of the sender's clock (https://w3c.github.io/webrtc-extensions/#rtcrtpcontributingsource-extensions). Only Chromium tells it. */
  captureTimestamp?: number;
}

/** NTP counts from 1900. */
export const ntpOfUnixEpochMs = 2_208_988_800_000;

/** How far the clocks at both ends are ahead of the servers', in ms; undefined: not known. */
export interface Clocks {
  sender: number | undefined;
  receiver: number | undefined;
}

/** How old a frame was when it was played, in ms. Undefined where it is not known when it was captured, or how the clocks go. */
export function captureDelayMs(frame: PlayedFrame | undefined, { sender, receiver }: Clocks): number | undefined {
  if (frame?.captureTimestamp === undefined || sender === undefined || receiver === undefined) return undefined;
  const playedAt = frame.timestamp - receiver;
  const capturedAt = frame.captureTimestamp - ntpOfUnixEpochMs - sender;
  // What is measured is wrong by some ms; nothing is played before it was captured.
  return Math.max(0, playedAt - capturedAt);
}
