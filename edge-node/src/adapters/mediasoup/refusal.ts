import { CanopyError } from '@canopy/runtime/errors';
import { errors } from 'mediasoup';

/** Runs a call of mediasoup that takes what a client said: what mediasoup rejects is the client's fault, not ours. */
export async function refusingBadParameters<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof TypeError || error instanceof errors.UnsupportedError) {
      throw new CanopyError('INVALID_MEDIA_PARAMETERS', undefined, { cause: error });
    }
    throw error;
  }
}
