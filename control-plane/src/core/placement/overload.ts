import type { PlacementPolicy } from './types.ts';

/** Whether an edge counts as overloaded after a report: it becomes so at the overload threshold and stays so until its load is below the recovery threshold, so that an edge near the line does not flap. Loads 0 to 1. */
export function isOverloaded(
  wasOverloaded: boolean,
  load: number,
  policy: Pick<PlacementPolicy, 'overloadThreshold' | 'recoveryThreshold'>,
): boolean {
  return load >= (wasOverloaded ? policy.recoveryThreshold : policy.overloadThreshold);
}
