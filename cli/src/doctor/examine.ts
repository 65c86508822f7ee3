import { CanopyError, errorClass } from '@canopy/runtime/errors';
import type { Settings } from '../settings.ts';
import { checkCertificates } from './certificates.ts';
import { checkControlPlane } from './control-plane.ts';
import { checkDatabase } from './database.ts';
import { checkEdges } from './edges.ts';
import { type Finding, failed, ok } from './finding.ts';
import { checkGeoIp } from './geoip.ts';
import { checkMedia } from './media.ts';

/** Every check, from what all else needs to what concerns this machine only. */
export async function examine({ api, url, env }: Settings): Promise<Finding[]> {
  const here = await Promise.all([
    checkCertificates(url, env, Date.now()),
    checkDatabase(env.DATABASE_URL || undefined),
    checkGeoIp(env, Date.now()),
  ]);
  const controlPlane = await checkControlPlane(url);
  if (controlPlane[0]?.status !== 'ok') return [...controlPlane, ...here.flat()];
  return [...controlPlane, ...(await checkMesh({ api, url })), ...here.flat()];
}

async function checkMesh({ api, url }: Pick<Settings, 'api' | 'url'>): Promise<Finding[]> {
  try {
    const [{ edges }, { regions }] = await Promise.all([api.getMesh(), api.getConfig()]);
    const ready = new Set(edges.filter(({ state }) => state === 'ready').map(({ region }) => region));
    return [
      ok('API key', 'it is accepted'),
      ...checkEdges(edges, regions),
      ...(await checkMedia(api, url, [...ready].sort())),
    ];
  } catch (error) {
    const { code, message } = CanopyError.from(error);
    const text = `${message} (${code})`;
    if ([401, 403].includes(errorClass(code).http))
      return [failed('API key', text, 'Set CANOPY_API_KEY to <id>.<secret> of CONTROL_API_KEY.')];
    return [failed('mesh', text, 'Look at the log of a replica, and whether it reaches PostgreSQL, Redis and NATS.')];
  }
}
