import { UsageError } from './failure.ts';

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time as somebody types it, in Unix ms: so long ago (`90s`, `15m`, `2h`, `1d`), or a date (ISO 8601, local unless it says otherwise). */
export function moment(text: string, now: number): number {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const at = count === undefined ? Date.parse(text) : now - Number(count) * (unitsMs[unit] ?? 0);
  if ((count === undefined && !/^\d{4}-\d\d-\d\d/.test(text)) || !(at >= 0))
    throw new UsageError(`"${text}" is no time like 15m, 2h or 2026-11-29T03:00.`);
  return at;
}
