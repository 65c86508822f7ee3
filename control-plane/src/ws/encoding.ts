import type { MeetingCounts, MeetingEvent, ReceptionCounts, ServerMessage } from '@canopy/proto/signal';
import { CanopyError, type ErrorCode, errorClass } from '@canopy/runtime/errors';
import type { LiveSession } from '../app/session/live-session.ts';
import { snapshotOf } from '../app/session/wire.ts';
import type { MeetingState } from '../core/meeting/state.ts';

const encodedBroadcasts = new WeakMap<object, Buffer>();

/** A message as it goes out. */
export function encode(message: ServerMessage): Buffer {
  return Buffer.from(JSON.stringify(message));
}

/** The same event object goes to every socket of a room: it is encoded once. */
export function encodeEvent(event: MeetingEvent): Buffer {
  return encodeOnce(event, { event });
}

/** So do the same counts. */
export function encodeCounts(counts: MeetingCounts): Buffer {
  return encodeOnce(counts, { counts });
}

export function encodeReceptions(receptionCounts: ReceptionCounts): Buffer {
  return encodeOnce(receptionCounts, { receptionCounts });
}

const encodedSnapshots = new WeakMap<MeetingState, Map<string, Buffer>>();

/** A snapshot for everybody: encoded once for all who are shown the same, and for each of those who are shown their own raised hand alone. */
export function encodeSnapshot(session: LiveSession, state: MeetingState): Buffer {
  const snapshot = snapshotOf(session, state);
  const { length } = snapshot.hands;
  if (length > 0 && length < state.hands.length) return encode({ snapshot });
  const views = encodedSnapshots.get(state) ?? new Map<string, Buffer>();
  encodedSnapshots.set(state, views);
  const view = `${session.meetingId} ${session.profile.revision} ${length}`;
  const encoded = views.get(view) ?? encode({ snapshot });
  views.set(view, encoded);
  return encoded;
}

function encodeOnce(broadcast: object, message: ServerMessage): Buffer {
  const known = encodedBroadcasts.get(broadcast);
  if (known !== undefined) return known;
  const encoded = encode(message);
  encodedBroadcasts.set(broadcast, encoded);
  return encoded;
}

export function errorMessage(error: unknown) {
  const { code, message, retryable, retryAfterMs } = CanopyError.from(error);
  return { code, message, retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Try again later (IANA WebSocket close code registry). */
const tryAgainLater = 1013;
const internalError = 1011;

/** The code a socket is closed with when `code` is the reason. */
export function closeCode(code: ErrorCode): number {
  const { ws, retryable } = errorClass(code);
  return ws ?? (retryable ? tryAgainLater : internalError);
}
