import { builtAt } from '@canopy/geo/age';
import { type Finding, failed, messageOf, ok, skipped, warning } from './finding.ts';

const settings = ['CONTROL_GEO_CITY_V4', 'CONTROL_GEO_CITY_V6', 'CONTROL_GEO_COUNTRY'] as const;
const oldAfterDays = 45;
const dayMs = 86_400_000;

/** How old the GeoIP files of the control plane are. They are named by its settings, so that this says something on its host only. */
export async function checkGeoIp(env: NodeJS.ProcessEnv, now: number): Promise<Finding[]> {
  const files = settings.flatMap((name) => env[name] ?? []);
  if (files.length === 0) return [skipped('GeoIP', 'none of CONTROL_GEO_… is set here')];
  return await Promise.all(files.map((file) => checkFile(file, now)));
}

async function checkFile(file: string, now: number): Promise<Finding> {
  const check = `GeoIP ${file}`;
  try {
    const days = Math.floor((now - (await builtAt(file)).getTime()) / dayMs);
    if (days <= oldAfterDays) return ok(check, `${days} days old`);
    return warning(check, `${days} days old`, 'Fetch a new one: addresses move. It is read again without a restart.');
  } catch (error) {
    return failed(check, messageOf(error), 'Put a MaxMind database (.mmdb) there, or unset the setting.');
  }
}
