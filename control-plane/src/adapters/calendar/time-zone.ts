import { tzlib_get_ical_block } from 'timezones-ical-library';

/** Whether a zone is UTC, by whatever name: calendars have a time of it with a Z, and no zone (RFC 5545 §3.3.5). */
export function isUtc(timeZone: string): boolean {
  return mainName(timeZone) === 'UTC';
}

/** What calendars are told of a zone's clocks (VTIMEZONE, RFC 5545 §3.6.5), under the name it is given; null if nothing is known. */
export function zoneComponent(timeZone: string): string | null {
  const [component] = tzlib_get_ical_block(mainName(timeZone));
  return component?.replace(/^TZID:.*$/m, `TZID:${timeZone}`) ?? null;
}

/** Zones have several names, and are known in any case of letters. */
function mainName(timeZone: string): string {
  return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
}
