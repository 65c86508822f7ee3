import { messageOf } from '@canopy/runtime/message-of';
import { type Finding, failed, ok, skipped, warning } from './finding.ts';
import { services } from './services.ts';

const patienceMs = 5_000;
/** More than the second that an HTTP date is rounded to. */
const mostOffMs = 2_000;

/** Whether the control plane answers, and how far the clocks here and there are apart. */
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
  return [ok('control plane', `${url} answers`), ...clock];
}

/**
 * What a replica says of its services to whoever reaches it without a proxy: where it takes no key, as without its database,
 * or is of a version that says no more.
 */
export async function checkReadiness(url: string): Promise<Finding[]> {
  const readiness = await ask(url, '/readyz').then(jsonOf<Record<string, unknown>>, () => undefined);
  if (typeof readiness?.database !== 'boolean')
    return [skipped('services', 'nothing leads from here to /readyz; ask a replica itself')];
  const { database, redis, bus } = readiness;
  const answers = { postgresql: database, redis, nats: bus };
  return services.map(({ key, name, advice }) =>
    answers[key] === true
      ? ok(name, 'answers the control plane')
      : failed(name, 'does not answer the control plane', advice),
  );
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

/** A date is the second that had begun: half a second less on average. */
export function clockFinding(offMs: number): Finding {
  const off = offMs - 500;
  if (Math.abs(off) <= mostOffMs) return ok('clock', 'this machine and the control plane agree');
  const text = `this machine is ${Math.round(Math.abs(off) / 1_000)} s ${off > 0 ? 'ahead of' : 'behind'} the control plane`;
  return warning('clock', text, 'Run NTP (chrony, systemd-timesyncd) on both: tokens expire by these clocks.');
}
