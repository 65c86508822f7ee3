import type { Recording } from './recording.ts';

/** When it goes by itself, Unix ms; undefined: not before somebody deletes it, or it goes on. `keptForMs`: how long recordings are kept after their end, if not for good. */
export function expiryOf({ endedAt }: Pick<Recording, 'endedAt'>, keptForMs: number | undefined): number | undefined {
  return endedAt === undefined || keptForMs === undefined ? undefined : endedAt + keptForMs;
}
