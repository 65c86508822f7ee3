import { type Finding, failed, messageOf, ok, warning } from './finding.ts';

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
    response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(patienceMs) });
  } catch (error) {
    const advice = 'See that it runs, that --url or CANOPY_URL is right, and that no firewall is in between.';
    return [failed('control plane', `${url} does not answer: ${messageOf(error)}`, advice)];
  }
  const between = (askedAt + Date.now()) / 2;
  const date = response.headers.get('date');
  const clock = date === null ? [] : [clockFinding(between - Date.parse(date))];
  try {
    const readiness = (await response.json()) as Readiness;
    return [ok('control plane', `${url} answers`), ...servicesOf(readiness), ...clock];
  } catch {
    return [failed('control plane', `${url} is no Canopy server`, 'Correct --url or CANOPY_URL.')];
  }
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
