import type { Waiting } from '@canopy/proto/moderation';
import type { ClientLocation, EdgeRtt, Join } from '@canopy/proto/signal';
import { systemClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { canEncrypt } from './e2ee/meeting-encryption.ts';
import { canJoin, UnsupportedError } from './media/device.ts';
import { takePreparation } from './media/preparation.ts';
import { toWireCapabilities } from './media/wire.ts';
import { Meeting } from './meeting.ts';
import { SignalConnection } from './signal/signal-connection.ts';
import { unlessAborted } from './unless-aborted.ts';
import type { ReadMarks } from './unread.ts';

export interface JoinOptions {
  /** The control plane, such as `https://meet.example.org`. */
  url: string;
  /** A join token, made by `POST /v1/meetings/{id}/tokens`. */
  token: string;
  /** Where this client says it is. Heeded only by servers that allow it. */
  location?: ClientLocation;
  /** Measured round trips to edges (`measureRtts`): better than any guess from an address. */
  rtts?: readonly EdgeRtt[];
  /** Of a meeting that asks for one. */
  password?: string;
  /** Of a meeting that is encrypted end to end: from its invitation link (`#key=`), or a passphrase. No server ever gets it. */
  encryptionKey?: string;
  /** Where it is kept up to where this person has read the chat and the questions, so that they find after a reload what they had not. By default in memory. */
  readMarks?: ReadMarks;
  /** Called when the meeting lets this person wait (the lobby, a webinar that has not begun), and whenever there is news for who waits. The promise goes on waiting. */
  onWaiting?: (waiting: Waiting) => void;
  /** For so long a join is tried again that meets an error which passes by itself: no edge has room, the service can't be reached. Who waits at the door, and loses the connection, tries without an end. Default 10 s. */
  patienceMs?: number;
  /** Called each time before it tries again. */
  onRetry?: (reason: CanopyError) => void;
  /** Gives up at once, whatever there is to wait for: the promise rejects with the signal's reason. Without effect on who is in the meeting already. */
  signal?: AbortSignal;
}

/**
 * Joins a meeting: one round trip after the socket opens, then media flows.
 *
 * Rejects with a `CanopyError` (TOKEN_INVALID, MEETING_NOT_FOUND, MEETING_ENDED, ENCRYPTION_REQUIRED, …; NO_EDGE_AVAILABLE, STATE_UNAVAILABLE and the like when trying again did not help), with an UnsupportedError in a browser without WebRTC (`canJoin`) or of a kind that is not known, or with the reason of `signal`.
 */
export async function joinMeeting({
  url,
  token,
  location,
  rtts = [],
  password,
  encryptionKey,
  readMarks,
  onWaiting,
  patienceMs = 10_000,
  onRetry,
  signal,
}: JoinOptions): Promise<Meeting> {
  signal?.throwIfAborted();
  if (!canJoin()) throw new UnsupportedError('this browser has no WebRTC');
  if (encryptionKey !== undefined && !canEncrypt()) throw new CanopyError('ENCRYPTION_REQUIRED');
  let meeting: Meeting | undefined;
  const connection = new SignalConnection({
    url: signalUrl(url),
    joinPatienceMs: patienceMs,
    resumeFrom: () => meeting?.resumePoint ?? { position: undefined, restartIce: true },
  });
  if (onWaiting !== undefined) connection.events.on('waiting', onWaiting);
  if (onRetry !== undefined) connection.events.on('retrying', onRetry);
  connection.callAhead();
  try {
    const { device, identity } = await unlessAborted(signal, takePreparation());
    const hello: Join = {
      token,
      rtpCapabilities: toWireCapabilities(device.recvRtpCapabilities),
      dtlsParameters: { role: 'client', fingerprints: identity.fingerprints },
      rtts: [...rtts],
      location,
      password,
      acceptsBackupConsumers: true,
      encryptsEndToEnd: canEncrypt(),
    };
    const joining = connection.join(hello, (joined) => {
      const parts = { connection, device, identity, clock: systemClock, random: Math.random };
      meeting = new Meeting(parts, joined, encryptionKey, readMarks);
    });
    await unlessAborted(signal, joining);
  } catch (error) {
    connection.close();
    throw error;
  }
  if (meeting === undefined) throw new CanopyError('INTERNAL');
  return meeting;
}

function signalUrl(url: string): string {
  const signal = new URL('/v1/signal', url);
  signal.protocol = signal.protocol === 'http:' ? 'ws:' : 'wss:';
  return signal.href;
}
