import { CanopyError } from '@canopy/runtime/errors';
import { identifier } from '../core/media/track-targets.ts';

/** Refuses ids that are empty, long or unprintable with BAD_REQUEST. */
export function checkIds(...ids: string[]): void {
  for (const id of ids) if (!identifier.safeParse(id).success) throw new CanopyError('BAD_REQUEST');
}
