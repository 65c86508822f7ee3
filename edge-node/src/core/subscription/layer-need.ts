/** A viewer that has had a lower layer than it wants for this long can't have more. */
export const steadyAfterMs = 8_000;

/**
 * How many layers, counted from the lowest, a viewer needs that wants spatial layer `wanted` and has had no
 * more than `current` for {@link steadyAfterMs} (-1: nothing, though it comes; undefined: nothing has come). Who has a weak
 * network needs the next layer above what it gets, and no more: as long as that is there, it can climb.
 */
export function layersReachable(wanted: number, current: number | undefined): number {
  return Math.min(wanted, (current ?? wanted) + 1) + 1;
}
