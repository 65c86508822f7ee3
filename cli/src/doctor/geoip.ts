import { builtAt, oldAfterDays } from '@canopy/geo/age';
import { messageOf } from '@canopy/runtime/message-of';
import { type Finding, failed, ok, warning } from './finding.ts';

const settings = ['CONTROL_GEO_CITY_V4', 'CONTROL_GEO_CITY_V6', 'CONTROL_GEO_COUNTRY'] as const;
const dayMs = 86_400_000;

/** How old each of the GeoIP files is that settings name here, as they do on a host of the control plane. */
export async function checkGeoIp(env: NodeJS.ProcessEnv, now: number): Promise<Finding[]> {
  return await Promise.all(settings.flatMap((name) => env[name] ?? []).map((file) => checkFile(file, now)));
}

async function checkFile(file: string, now: number): Promise<Finding> {
  const check = `GeoIP ${file}`;
  try {
    return ageFinding(check, (await builtAt(file)).getTime(), now);
  } catch (error) {
    return failed(check, messageOf(error), 'Put a MaxMind database (.mmdb) there, or unset the setting.');
  }
}

export function ageFinding(check: string, builtAtMs: number, now: number): Finding {
  const days = (now - builtAtMs) / dayMs;
  const text = `${Math.floor(days)} days old`;
  if (days <= oldAfterDays) return ok(check, text);
  return warning(check, text, 'Fetch a new one: addresses move. It is read again without a restart.');
}
