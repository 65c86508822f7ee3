import type { Api, MeshHealth } from '@canopy/client/api';
import { CanopyError, errorClass } from '@canopy/runtime/errors';
import type { Settings } from '../settings.ts';
import { checkCertificates } from './certificates.ts';
import { checkControlPlane, checkReadiness } from './control-plane.ts';
import { checkDatabase } from './database.ts';
import { checkEdges } from './edges.ts';
import { type Finding, failed, ok } from './finding.ts';
import { checkGeoIp } from './geoip.ts';
import { checkHealth } from './health.ts';
import { checkMeasuring } from './measuring.ts';
import { checkMedia } from './media.ts';

type Reached = Pick<Settings, 'api' | 'url' | 'env'>;

/** Every check, from what all else needs to what concerns this machine only. `tell` hears how far what takes long is. */
export async function examine(
  { api, url, env }: Settings,
  tell: (progress: string) => void = () => {},
): Promise<Finding[]> {
  const here = await Promise.all([checkCertificates(url, env, Date.now()), checkGeoIp(env, Date.now())]);
  const controlPlane = await checkControlPlane(url);
  const further =
    controlPlane[0]?.status === 'ok'
      ? await checkMesh({ api, url, env }, tell)
      : await checkDatabase(env.DATABASE_URL || undefined);
  return [...controlPlane, ...further, ...here.flat()];
}

async function checkMesh({ api, url, env }: Reached, tell: (progress: string) => void): Promise<Finding[]> {
  try {
    const [{ edges }, { regions }, health] = await Promise.all([api.getMesh(), api.getConfig(), healthOf(api)]);
    const ready = edges.filter(({ state }) => state === 'ready');
    const takers = new Set(ready.map(({ id }) => id));
    const told = new Map(health?.edges.map(({ id, media }) => [id, media]));
    const takingMedia = ready.map(({ id, region }) => ({ id, region, media: told.get(id) ?? null }));
    return [
      ok('API key', 'it is accepted'),
      ...(health === undefined ? await checkNearby({ url, env }) : checkHealth(health, Date.now())),
      ...checkEdges(edges, regions),
      ...(await checkMeasuring(url, health?.edges.filter(({ id }) => takers.has(id)) ?? [])),
      ...(await checkMedia(api, url, takingMedia, tell)),
    ];
  } catch (error) {
    return [refusal(CanopyError.from(error)), ...(await checkNearby({ url, env }))];
  }
}

/** Undefined: the server is of a version that does not tell. */
async function healthOf(api: Api): Promise<MeshHealth | undefined> {
  try {
    return await api.operators.health();
  } catch (error) {
    if (CanopyError.from(error).code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/** What can be learnt of the services without the API, on a host of the control plane. */
async function checkNearby({ url, env }: Pick<Reached, 'url' | 'env'>): Promise<Finding[]> {
  return [...(await checkReadiness(url)), ...(await checkDatabase(env.DATABASE_URL || undefined))];
}

function refusal({ code, message }: CanopyError): Finding {
  const text = `${message} (${code})`;
  if ([401, 403].includes(errorClass(code).http))
    return failed('API key', text, 'Set CANOPY_API_KEY to <id>.<secret> of CONTROL_API_KEY.');
  return failed('mesh', text, 'Look at the log of a replica, and whether it reaches PostgreSQL, Redis and NATS.');
}
