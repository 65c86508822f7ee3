import type { MeetingEvent, ServerMessage } from '@canopy/proto/signal';
import { CanopyError, type ErrorCode, errorClass } from '@canopy/runtime/errors';

const encodedEvents = new WeakMap<MeetingEvent, Buffer>();

/** A message as it goes out. */
export function encode(message: ServerMessage): Buffer {
  return Buffer.from(JSON.stringify(message));
}

/** The same event object goes to every socket of a room: it is encoded once. */
export function encodeEvent(event: MeetingEvent): Buffer {
  const known = encodedEvents.get(event);
  if (known !== undefined) return known;
  const encoded = encode({ event });
  encodedEvents.set(event, encoded);
  return encoded;
}

export function errorMessage(error: unknown) {
  const { code, message, retryable } = CanopyError.from(error);
  return { code, message, retryable };
}

/** Try again later (IANA WebSocket close code registry). */
const tryAgainLater = 1013;
const internalError = 1011;

/** The code a socket is closed with when `code` is the reason. */
export function closeCode(code: ErrorCode): number {
  const { ws, retryable } = errorClass(code);
  return ws ?? (retryable ? tryAgainLater : internalError);
}
