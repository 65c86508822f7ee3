import { CanopyError } from '@canopy/runtime/errors';
import { errors } from 'mediasoup';

/**
 * Runs a call that hands to mediasoup what a client said. What the library or the worker refuses is the client's fault, not
 * ours (the worker gives its reasons as plain errors), unless the transport went away meanwhile.
 */
export async function refusingBadParameters<T>(transport: { closed: boolean }, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (transport.closed || error instanceof errors.WorkerClosedError) {
      throw new CanopyError('TRANSPORT_NOT_FOUND', undefined, { cause: error });
    }
    throw new CanopyError('INVALID_MEDIA_PARAMETERS', undefined, { cause: error });
  }
}
