import type { MeetingMode, RoleName } from './roles.ts';
import type { MeetingSettings } from './settings.ts';

const minutes = 60_000;

/** When somebody with this role may come in, Unix ms; undefined: at any time. Hosts prepare, and a webinar's stage with them. */
export function opensAt(
  { mode, startTime, settings }: { mode: MeetingMode; startTime: number | undefined; settings: MeetingSettings },
  role: RoleName,
): number | undefined {
  const prepares = role === 'host' || role === 'cohost' || (mode === 'webinar' && role === 'panelist');
  if (prepares || startTime === undefined || settings.earlyJoinMinutes === undefined) return undefined;
  return startTime - settings.earlyJoinMinutes * minutes;
}
