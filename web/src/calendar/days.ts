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
    const key = keyOf(date);
    const day = days.get(key) ?? { key, date, entries: [] };
    day.entries.push(entry);
    days.set(key, day);
  }
  return [...days.values()];
}

/** The same for every moment of a day here, and for no other day. */
export function keyOf(date: Date): string {
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

function dayAfter(date: Date, count: number): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + count);
}

/** The weeks that a month touches, each from its first day on. `firstDay`: 1 for Monday to 7 for Sunday. */
export function weeksOf(month: Date, firstDay: number): Date[][] {
  const before = (month.getDay() - firstDay + 7) % 7;
  const after = monthAfter(month, 1);
  const weeks: Date[][] = [];
  for (let day = dayAfter(month, -before); day < after; day = dayAfter(day, 7)) {
    const first = day;
    weeks.push(Array.from({ length: 7 }, (_, index) => dayAfter(first, index)));
  }
  return weeks;
}

/** Where a key leads from a day, as grids of dates do (ARIA Authoring Practices); undefined: nowhere. */
export function dayByKey(key: string, from: Date, firstDay: number): Date | undefined {
  const inWeek = (from.getDay() - firstDay + 7) % 7;
  switch (key) {
    case 'ArrowLeft':
      return dayAfter(from, -1);
    case 'ArrowRight':
      return dayAfter(from, 1);
    case 'ArrowUp':
      return dayAfter(from, -7);
    case 'ArrowDown':
      return dayAfter(from, 7);
    case 'Home':
      return dayAfter(from, -inWeek);
    case 'End':
      return dayAfter(from, 6 - inWeek);
    case 'PageUp':
      return sameDayIn(monthAfter(monthStart(from), -1), from);
    case 'PageDown':
      return sameDayIn(monthAfter(monthStart(from), 1), from);
    default:
      return undefined;
  }
}

/** The last day of a month that is too short for it. */
function sameDayIn(month: Date, day: Date): Date {
  const last = dayAfter(monthAfter(month, 1), -1).getDate();
  return dayAfter(month, Math.min(day.getDate(), last) - 1);
}
