import { type Finding, failed, messageOf, ok, skipped, warning } from './finding.ts';

const patienceMs = 5_000;
/** More than the second that an HTTP date is rounded to. */
const mostOffMs = 2_000;

interface Readiness {
  database: boolean;
  redis: boolean;
  bus: boolean;
}

const services = [
  ['database', 'PostgreSQL', 'Nobody can make or join a meeting. See that it runs and that DATABASE_URL is right.'],
  ['redis', 'Redis', 'Nobody new can join. See that it runs and that REDIS_URL is right.'],
  ['bus', 'NATS', 'No edge is heard of. See that it runs and that NATS_URL is right.'],
] as const;

/** Whether the control plane answers, what it says of its services, and how far the clocks here and there are apart. */
export async function checkControlPlane(url: string): Promise<Finding[]> {
  const askedAt = Date.now();
  let response: Response;
  try {
    response = await ask(url, '/v1/config');
  } catch (error) {
    const advice = 'See that it runs, that --url or CANOPY_URL is right, and that no firewall is in between.';
    return [failed('control plane', `${url} does not answer: ${messageOf(error)}`, advice)];
  }
  const between = (askedAt + Date.now()) / 2;
  const date = response.headers.get('date');
  const clock = date === null ? [] : [clockFinding(between - Date.parse(date))];
  if ((await jsonOf<{ regions?: unknown }>(response))?.regions === undefined)
    return [failed('control plane', `${url} is no Canopy server`, 'Correct --url or CANOPY_URL.')];
  return [ok('control plane', `${url} answers`), ...(await checkServices(url)), ...clock];
}

/** What a replica says of its services. From outside it may not be asked: proxies keep that to themselves. */
async function checkServices(url: string): Promise<Finding[]> {
  const readiness = await ask(url, '/readyz').then(jsonOf<Readiness>, () => undefined);
  if (typeof readiness?.database === 'boolean') return servicesOf(readiness);
  return [skipped('services', 'nothing leads from here to /readyz; ask a replica itself')];
}

function ask(url: string, path: string): Promise<Response> {
  return fetch(new URL(path, url), { signal: AbortSignal.timeout(patienceMs) });
}

/** Undefined where it is no JSON. */
function jsonOf<T>(response: Response): Promise<T | undefined> {
  return response.json().then(
    (body) => body as T,
    () => undefined,
  );
}

function servicesOf(readiness: Readiness): Finding[] {
  return services.map(([key, name, advice]) =>
    readiness[key] ? ok(name, 'answers the control plane') : failed(name, 'does not answer the control plane', advice),
  );
}

/** A date is the second that had begun: half a second less on average. */
export function clockFinding(offMs: number): Finding {
  const off = offMs - 500;
  if (Math.abs(off) <= mostOffMs) return ok('clock', 'this machine and the control plane agree');
  const text = `this machine is ${Math.round(Math.abs(off) / 1_000)} s ${off > 0 ? 'ahead of' : 'behind'} the control plane`;
  return warning('clock', text, 'Run NTP (chrony, systemd-timesyncd) on both: tokens expire by these clocks.');
}
