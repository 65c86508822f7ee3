/** What one track does right now. `undefined`: this browser does not say, or nothing was measured yet. */
export interface TrackStats {
  trackId: string;
  direction: 'sent' | 'received';
  kind: 'audio' | 'video';
  codec: string | undefined;
  width: number | undefined;
  height: number | undefined;
  fps: number | undefined;
  bitrateBps: number | undefined;
  /** The simulcast layer, or how many temporal and spatial layers there are (`L3T3`). */
  layer: string | undefined;
  /** Share of packets, between 0 and 1. */
  loss: number | undefined;
  /** How old what is played here is, from the camera or the microphone on. Received tracks only, where both browsers tell (Chromium). */
  captureDelayMs: number | undefined;
  /** How long media waits here before it is played, and how long it is meant to. */
  bufferMs: number | undefined;
  bufferTargetMs: number | undefined;
  jitterMs: number | undefined;
  /** Share of the time that the picture stood still. */
  frozen: number | undefined;
  /** Received tracks only: the edge could send a larger picture, as it was asked to, but the connection does not carry it. */
  lowered: boolean;
}

/** The numbers of an RTP stream that count up, and the rest as it is (https://www.w3.org/TR/webrtc-stats/). */
export interface StreamStats {
  id: string;
  type: string;
  kind?: string;
  timestamp: number;
  [name: string]: unknown;
}

/** By how much a counter grew per second between two reports; undefined without an earlier one. */
function ratePerSecond(name: string, now: StreamStats, before: StreamStats | undefined): number | undefined {
  const grown = growth(name, now, before);
  if (grown === undefined || before === undefined || now.timestamp <= before.timestamp) return undefined;
  return (grown * 1_000) / (now.timestamp - before.timestamp);
}

/** By how much a counter grew; undefined where one of the two reports lacks it. */
export function growth(name: string, now: StreamStats, before: StreamStats | undefined): number | undefined {
  const [to, from] = [now[name], before?.[name]];
  return typeof to === 'number' && typeof from === 'number' ? to - from : undefined;
}

/** The share of packets that were lost between two reports of a received stream; late ones that come after all make up for earlier losses. */
export function lossBetween(now: StreamStats, before: StreamStats | undefined): number | undefined {
  const lost = growth('packetsLost', now, before);
  const received = growth('packetsReceived', now, before);
  if (lost === undefined || received === undefined || lost + received <= 0) return undefined;
  return Math.max(0, lost) / (lost + received);
}

/** What a received stream did between two reports. */
export function receivedStats(
  trackId: string,
  now: StreamStats,
  before: StreamStats | undefined,
  codec: string | undefined,
): TrackStats {
  const emitted = growth('jitterBufferEmittedCount', now, before);
  const perEmitted = (name: string) => {
    const seconds = growth(name, now, before);
    return seconds === undefined || !emitted ? undefined : (seconds / emitted) * 1_000;
  };
  const bytes = ratePerSecond('bytesReceived', now, before);
  return {
    trackId,
    direction: 'received',
    kind: kindOf(now),
    codec,
    ...pictureOf(now),
    bitrateBps: bytes === undefined ? undefined : bytes * 8,
    layer: text(now.scalabilityMode),
    loss: lossBetween(now, before),
    captureDelayMs: undefined,
    bufferMs: perEmitted('jitterBufferDelay'),
    bufferTargetMs: perEmitted('jitterBufferTargetDelay'),
    jitterMs: inMs(now.jitter),
    frozen: ratePerSecond('totalFreezesDuration', now, before),
    lowered: false,
  };
}

/** What a sent stream did between two reports; `remote` is what the edge says of it. */
export function sentStats(
  trackId: string,
  now: StreamStats,
  before: StreamStats | undefined,
  remote: StreamStats | undefined,
  codec: string | undefined,
): TrackStats {
  const bytes = ratePerSecond('bytesSent', now, before);
  return {
    trackId,
    direction: 'sent',
    kind: kindOf(now),
    codec,
    ...pictureOf(now),
    bitrateBps: bytes === undefined ? undefined : bytes * 8,
    layer: text(now.scalabilityMode) ?? text(now.rid),
    loss: number(remote?.fractionLost),
    captureDelayMs: undefined,
    bufferMs: undefined,
    bufferTargetMs: undefined,
    jitterMs: inMs(remote?.jitter),
    frozen: undefined,
    lowered: false,
  };
}

function kindOf({ kind }: StreamStats): 'audio' | 'video' {
  return kind === 'audio' ? 'audio' : 'video';
}

function pictureOf(now: StreamStats) {
  // Before the first picture Firefox says that it is 0 pixels wide.
  const width = number(now.frameWidth) || undefined;
  const height = number(now.frameHeight) || undefined;
  return { width, height, fps: number(now.framesPerSecond) };
}

function inMs(seconds: unknown): number | undefined {
  return typeof seconds === 'number' ? seconds * 1_000 : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
