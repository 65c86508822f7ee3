import { CanopyError } from '@canopy/runtime/errors';
import { errors } from 'mediasoup';

/**
 * Runs a call that hands to mediasoup what a client said. What the library or the worker refuses is the client's fault, not
 * ours (the worker gives its reasons as plain errors), unless the transport went away meanwhile, with its worker
 * (EDGE_OVERLOADED, retryable) or without, or what was to be consumed: LINK_NOT_FOUND (retryable), since it may come another
 * way by now.
 */
export async function refusingBadParameters<T>(transport: { closed: boolean }, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof errors.WorkerClosedError) throw withoutWorker(error);
    if (transport.closed) throw new CanopyError('TRANSPORT_NOT_FOUND', undefined, { cause: error });
    if (error instanceof errors.NotFoundError) throw gone(error);
    throw new CanopyError('INVALID_MEDIA_PARAMETERS', undefined, { cause: error });
  }
}

/** What was just made on a transport. mediasoup makes it also when the transport closed meanwhile, and nobody would close it then. Throws TRANSPORT_NOT_FOUND. */
export function requireOpen<Made extends { close(): void }>(transport: { closed: boolean }, made: Made): Made {
  if (!transport.closed) return made;
  made.close();
  throw new CanopyError('TRANSPORT_NOT_FOUND');
}

/** Runs a call on an end of a pipe. Where that, or what was to be sent, went away meanwhile, it throws LINK_NOT_FOUND. */
export async function noticingLoss<T>(pipe: { closed: boolean }, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw pipe.closed || error instanceof errors.NotFoundError ? gone(error) : error;
  }
}

/** Asks a worker, or a router on it, for something new. Where that died meanwhile it throws EDGE_OVERLOADED, which passes: it is replaced, and there are others. */
export async function noticingDeath<T>(owner: { closed: boolean }, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw owner.closed || error instanceof errors.WorkerClosedError ? withoutWorker(error) : error;
  }
}

function withoutWorker(cause: unknown): CanopyError {
  return new CanopyError('EDGE_OVERLOADED', undefined, { cause });
}

function gone(cause: unknown): CanopyError {
  return new CanopyError('LINK_NOT_FOUND', undefined, { cause });
}
