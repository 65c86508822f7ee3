import type { CalendarEntry } from '@canopy/client';

/** A day that has meetings, where the viewer is. */
export interface Day {
  key: string;
  date: Date;
  entries: CalendarEntry[];
}

export function monthStart(date: Date): Date {
  return new Date(date.getFullYear(), date.getMonth(), 1);
}

export function monthAfter(month: Date, count: number): Date {
  return new Date(month.getFullYear(), month.getMonth() + count, 1);
}

/** Meetings by the day on which they start here; they come in order. */
export function daysOf(entries: readonly CalendarEntry[]): Day[] {
  const days = new Map<string, Day>();
  for (const entry of entries) {
    const date = new Date(entry.startTime);
    const key = `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
    const day = days.get(key) ?? { key, date, entries: [] };
    day.entries.push(entry);
    days.set(key, day);
  }
  return [...days.values()];
}
