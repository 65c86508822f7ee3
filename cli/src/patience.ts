import { CanopyError } from '@canopy/client/api';

const failuresBorne = 20;

/** Looks again and again at what goes on whether it is looked at or not: so many in a row may fail for a passing reason, and give undefined. */
export function patient<Seen>(look: () => Promise<Seen>): () => Promise<Seen | undefined> {
  let failures = 0;
  return async () => {
    try {
      const seen = await look();
      failures = 0;
      return seen;
    } catch (error) {
      if (!CanopyError.from(error).retryable || ++failures > failuresBorne) throw error;
      return undefined;
    }
  };
}
