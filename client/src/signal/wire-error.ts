import type { Error as WireError } from '@canopy/proto/signal';
import { CanopyError, errorClass, errorCodes, isErrorCode } from '@canopy/runtime/errors';

/** An error as the server sent it. A code this client does not know (a newer server's) keeps its text and whether it may be retried. */
export function fromWireError(error: WireError | undefined): CanopyError {
  if (error === undefined) return new CanopyError('INTERNAL');
  const { message, retryable, retryAfterMs } = error;
  const code = isErrorCode(error.code) ? error.code : retryable ? 'STATE_UNAVAILABLE' : 'INTERNAL';
  return new CanopyError(code, message || undefined, { retryAfterMs });
}

/** Why a server closed the socket, from the close code alone (RFC 6455 §7.4). A code that belongs to no error means that the connection was lost. */
export function fromCloseCode(closeCode: number): CanopyError {
  const code = errorCodes.find((candidate) => errorClass(candidate).ws === closeCode);
  return code === undefined ? connectionLost() : new CanopyError(code);
}

/** The connection is gone and nobody said why. Whether a request under way took effect is not known. */
export function connectionLost(cause?: unknown): CanopyError {
  return new CanopyError('STATE_UNAVAILABLE', 'The connection was lost.', { cause });
}
