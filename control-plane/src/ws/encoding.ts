import type { MeetingCounts, MeetingEvent, ReceptionCounts, ServerMessage } from '@canopy/proto/signal';
import { CanopyError, type ErrorCode, errorClass } from '@canopy/runtime/errors';

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
