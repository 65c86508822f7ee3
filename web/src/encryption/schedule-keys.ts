import { readRemembered, remember } from '../lib/remembered.ts';

const storedAs = 'canopy.schedule-keys';
const mostKept = 200;

/** The key of a planned meeting, or of all meetings of a series, if it was planned in this browser: nobody else has it. */
export function keyOfSchedule(scheduleId: string): string | undefined {
  return keys().find(([id]) => id === scheduleId)?.[1];
}

/** From now on links that are copied here carry it. */
export function keepKeyOfSchedule(scheduleId: string, key: string): void {
  remember(storedAs, [[scheduleId, key], ...keys()].slice(0, mostKept));
}

function keys(): [id: string, key: string][] {
  const value = readRemembered<unknown>(storedAs, []);
  const pairs = Array.isArray(value) ? value.filter(Array.isArray) : [];
  return pairs.map(([id, key]) => [String(id), String(key)]);
}
