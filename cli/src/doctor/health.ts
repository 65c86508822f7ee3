import type { MeshHealth, ServiceHealth } from '@canopy/client/api';
import { advisoryOn } from '@canopy/runtime/advisories';
import { migrationsFinding, versionFinding } from './database.ts';
import { type Finding, failed, ok, skipped, warning } from './finding.ts';
import { ageFinding } from './geoip.ts';
import { services } from './services.ts';

/** Joins wait for Redis and PostgreSQL several times. */
const slowFromMs = 50;
/** Heartbeats come each second. Whoever missed that many tells nothing of its clock. */
const lateFromMs = 5_000;
const mostOffMs = 2_000;
/** The first whose PEXPIRE takes NX, without which no move is paced. */
const oldestRedis = 7;

/** What a replica says of its services, tables, GeoIP data, versions, and the clocks of edges. */
export function checkHealth(health: MeshHealth, now: number): Finding[] {
  const { postgresql, redis, nats } = health.services;
  return [
    ...services.map(({ key, name, advice }) => serviceFinding(name, health.services[key], advice)),
    ...(postgresql === null ? [] : [versionFinding('PostgreSQL version', postgresql.version)]),
    ...(redis === null ? [] : [redisFinding(redis.version)]),
    ...(nats === null ? [] : [natsFinding(nats.version)]),
    ...(health.migrations === null ? [] : [migrationsFinding(health.migrations.pending)]),
    ...(health.secrets ? [secretsFinding(health.secrets)] : []),
    ...(health.geoBuiltAt === null ? [] : [ageFinding('GeoIP', Date.parse(health.geoBuiltAt), now)]),
    ...protocolFindings(health),
    ...clockFindings(health.edges),
  ];
}

function serviceFinding(name: string, answer: ServiceHealth, advice: string): Finding {
  if (answer === null) return failed(name, 'does not answer the control plane', advice);
  const text = `${answer.version} answers the control plane within ${answer.roundTripMs} ms`;
  if (answer.roundTripMs < slowFromMs) return ok(name, text);
  return warning(name, text, 'Put it and the replicas next to each other: each join waits for it several times.');
}

function redisFinding(version: string): Finding {
  // What stands before it need not say.
  if (version === '') return skipped('Redis version', 'not told');
  if (Number.parseInt(version, 10) >= oldestRedis) return ok('Redis version', version);
  return failed(
    'Redis version',
    version,
    `Upgrade to ${oldestRedis}.0 or later: with this one no edge can be emptied.`,
  );
}

function natsFinding(version: string): Finding {
  const advisory = advisoryOn('nats-server', version);
  if (advisory === undefined) return ok('NATS version', version);
  const text = `${version} has known security advisories`;
  return warning('NATS version', text, `Deploy ${advisory.firstWithout} or newer.`);
}

function secretsFinding({ sealing, kept, behind, missingKeys }: NonNullable<MeshHealth['secrets']>): Finding {
  const check = 'secrets';
  if (missingKeys.length > 0) {
    const text = `some are sealed with a key that is not there: ${missingKeys.join(', ')}`;
    return failed(check, text, 'Give it to all replicas, in CONTROL_SEALING_KEYS.');
  }
  if (!sealing) {
    const text = `those of API keys and webhooks, ${kept} in all, are in clear in the database`;
    return warning(check, text, 'Set CONTROL_SEALING_KEYS, as docs/operations/secrets.md says.');
  }
  if (behind === 0) return ok(check, `all ${kept} in the database are sealed with the first key`);
  const text = `${behind} of ${kept} in the database are in clear, or sealed with a former key`;
  return warning(check, text, 'Restart a replica, once all have the same CONTROL_SEALING_KEYS.');
}

/** Whoever speaks an older version keeps all others from doing what is new. */
function protocolFindings({ protocol, replicas, edges }: MeshHealth): Finding[] {
  const everybody = [
    ...(replicas ?? []).map((replica) => ({ ...replica, name: `replica ${replica.id}` })),
    ...edges.map((edge) => ({ ...edge, name: `edge ${edge.id}` })),
  ];
  const newest = Math.max(protocol, ...everybody.map(({ protocol: spoken }) => spoken));
  const behind = everybody.filter(({ protocol: spoken }) => spoken < newest);
  if (behind.length === 0) return [ok('protocol', `all speak version ${newest}`)];
  const names = behind.map(({ name }) => name).join(', ');
  const advice = 'Finish the upgrade: until then all do without what is new.';
  return [warning('protocol', `${names}: behind version ${newest}`, advice)];
}

function clockFindings(edges: MeshHealth['edges']): Finding[] {
  const heard = edges.filter(({ heardAgoMs }) => heardAgoMs < lateFromMs);
  const off = heard.filter(({ clockOffsetMs }) => Math.abs(clockOffsetMs) > mostOffMs);
  if (off.length === 0) return heard.length === 0 ? [] : [ok('edge clocks', 'they and the control plane agree')];
  return off.map(({ id, clockOffsetMs }) => {
    const side = clockOffsetMs > 0 ? 'ahead of' : 'behind';
    const text = `it is ${Math.round(Math.abs(clockOffsetMs) / 1_000)} s ${side} the control plane`;
    return warning(
      `edge ${id} clock`,
      text,
      'Run NTP (chrony, systemd-timesyncd) on its host: certificates and credentials of relays end by its clock.',
    );
  });
}
