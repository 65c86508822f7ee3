import { protocolVersion } from '@canopy/runtime/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { RedisReplicaStore } from '../src/adapters/redis/replica-store.ts';
import type { ControlPlane } from '../src/context.ts';
import { egressUsdPerGb } from '../src/core/routing/egress-prices.ts';
import { call, newMeeting } from '../src/testing/api.ts';
import { sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await Promise.all([mesh.edge('europe', 'eu-central-1'), mesh.edge('australia', 'ap-southeast-2')]);
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], ['europe', 'australia']);
});

afterAll(() => mesh[Symbol.asyncDispose]());

async function metricsOf({ httpAddress }: ControlPlane): Promise<string> {
  return await (await fetch(`http://${httpAddress}/metrics`)).text();
}

const planBody = z.object({
  cascades: z.array(z.object({ nodes: z.array(z.object({ edgeId: z.string(), parentId: z.string() })) })),
});

const targetGroups = z.array(
  z.object({ targets: z.tuple([z.string()]), labels: z.object({ job: z.string(), region: z.string().optional() }) }),
);

/** Each target with its job, and its region if it is an edge. */
async function targetsOf({ httpAddress }: ControlPlane): Promise<string[][]> {
  const { status, headers, body } = await call(httpAddress, 'GET', '/v1/prometheus/targets');
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  const groups = targetGroups.parse(JSON.parse(String(body.text)));
  return groups.map(({ targets: [target], labels: { job, region } }) => [target, job, ...(region ? [region] : [])]);
}

it('tells Prometheus of every edge and every replica, whichever replica is asked', async () => {
  const expected = [
    [one.httpAddress, 'canopy-control-plane'],
    [two.httpAddress, 'canopy-control-plane'],
    [expect.stringMatching(/:\d+$/), 'canopy-edge', 'eu-central-1'],
    [expect.stringMatching(/:\d+$/), 'canopy-edge', 'ap-southeast-2'],
  ];
  for (const replica of [one, two]) {
    await expect.poll(async () => (await targetsOf(replica)).length, { timeout: 10_000 }).toBe(expected.length);
    expect(await targetsOf(replica)).toEqual(expect.arrayContaining(expected));
  }
});

it('tells addresses to whoever may look at the mesh, and to nobody else', async () => {
  const ask = async (authorization: string | null) =>
    (await call(one.httpAddress, 'GET', '/v1/prometheus/targets', undefined, authorization)).status;
  const keyFor = async (scope: string) => {
    const { body } = await call(one.httpAddress, 'POST', '/v1/keys', { name: scope, scopes: [scope] });
    return `Bearer ${String(body.id)}.${String(body.secret)}`;
  };
  expect(await ask(null)).toBe(401);
  expect(await ask('Bearer test.not-the-secret-of-it')).toBe(401);
  expect(await ask(await keyFor('mesh.read'))).toBe(200);
  expect(await ask(await keyFor('meetings'))).toBe(403);
});

it('forgets a replica that has stopped', async () => {
  const third = await mesh.replica();
  const knows = async () => (await targetsOf(one)).some(([target]) => target === third.httpAddress);
  await expect.poll(knows, { timeout: 10_000 }).toBe(true);
  await third[Symbol.asyncDispose]();
  expect(await knows()).toBe(false);
});

it('tells Prometheus for hours of a replica that went without a word, unless another one answers at its address', async () => {
  const redis = mesh.redis();
  const lastSeen = async (agoMs: number, id: string, metricsAddress: string) => {
    const store = new RedisReplicaStore(redis, mesh.config.namespace);
    await store.announce({ id, metricsAddress, protocol: protocolVersion - 1 }, 35_000 - agoMs);
    return store;
  };
  const hour = 3_600_000;
  await lastSeen(5 * hour, 'crashed', '10.0.0.1:8080');
  await lastSeen(7 * hour, 'crashed-long-ago', '10.0.0.2:8080');
  await lastSeen(60_000, 'started-anew', two.httpAddress);
  await (await lastSeen(60_000, 'stopped', '10.0.0.3:8080')).withdraw('stopped');
  const replicas = (await targetsOf(one)).filter(([, job]) => job === 'canopy-control-plane').map(([target]) => target);
  expect(new Set(replicas)).toEqual(new Set([one.httpAddress, two.httpAddress, '10.0.0.1:8080']));
  expect(await redis.hkeys(`${mesh.config.namespace}:replicas`)).not.toContain('crashed-long-ago');
  // Who is not there keeps nobody from a newer version.
  const versions = async () => {
    const { body } = await call(one.httpAddress, 'GET', '/v1/health');
    return (body.replicas as { protocol: number }[] | null)?.map(({ protocol }) => protocol);
  };
  await expect.poll(versions, { timeout: 10_000 }).toEqual([protocolVersion, protocolVersion]);
});

it('measures joins, cascades, regret, messages and how long events are under way', async () => {
  const meetingId = await newMeeting(one.httpAddress);
  await joined(mesh, one, meetingId, 'Ada');
  const bob = await joined(mesh, two, meetingId, 'Bob', { location: sydney });
  expect((await bob.client.ask({ unpublish: { trackId: 'not-his' } })).error).toBeDefined();
  const counted = async (replica: ControlPlane, pattern: RegExp) =>
    await expect.poll(() => metricsOf(replica), { timeout: 10_000 }).toMatch(pattern);
  await counted(one, /^canopy_join_seconds_count 1$/m);
  await counted(one, /^canopy_signal_messages_total\{message="join",outcome="ok"\} 1$/m);
  await counted(one, /^canopy_signal_handshakes_total\{outcome="ok"\} [1-9]/m);
  await counted(one, /^canopy_signal_handshakes_total\{outcome="failed"\} 0$/m);
  await counted(one, /^canopy_signal_sessions 1$/m);
  await counted(one, /^canopy_meeting_event_lag_seconds_count [1-9]/m);
  await counted(two, /^canopy_signal_messages_total\{message="unpublish",outcome="refused"\} 1$/m);
  await counted(two, /^canopy_placement_regret_seconds_count 1$/m);
  await counted(two, /^canopy_cascade_depth_bucket\{le="1"\} [1-9]/m);
  await counted(two, /^canopy_cascade_stretch_ratio_count [1-9]/m);
  await counted(two, /^canopy_service_up\{service="redis"\} 1$/m);
});

it('counts each join once in each of its stages, and what its cascades cost by list prices', async () => {
  const replica = await mesh.replica();
  await mesh.untilHeard([replica], ['europe', 'australia']);
  const figure = async (series: string) => {
    const line = (await metricsOf(replica)).split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? 0 : Number(line.slice(series.length));
  };
  const stages = ['authorize', 'place', 'plan', 'open', 'enter'];
  const joins = () => Promise.all(stages.map((stage) => figure(`canopy_join_stage_seconds_count{stage="${stage}"}`)));
  const meetingId = await newMeeting(replica.httpAddress);
  const before = [0, 0, 0, 0, 0];
  expect(await joins()).toEqual(before);
  await joined(mesh, replica, meetingId, 'Ada');
  await expect.poll(joins).toEqual(before.map(() => 1));
  const cost = async () => ({
    sum: await figure('canopy_cascade_cost_dollars_per_gigabyte_sum'),
    count: await figure('canopy_cascade_cost_dollars_per_gigabyte_count'),
  });
  // Nothing travels while everybody is on one edge.
  expect(await cost()).toEqual({ sum: 0, count: 0 });
  await joined(mesh, replica, meetingId, 'Bob', { location: sydney });
  await expect.poll(joins).toEqual(before.map(() => 2));

  const { cascades } = planBody.parse((await call(replica.httpAddress, 'GET', `/v1/meetings/${meetingId}/plan`)).body);
  const regionOf = (edgeId: string) => (edgeId === 'europe' ? 'eu-central-1' : 'ap-southeast-2');
  const links = cascades.flatMap(({ nodes }) => nodes);
  const usdPerGb = links.reduce(
    (sum, { parentId, edgeId }) => sum + egressUsdPerGb(regionOf(parentId), regionOf(edgeId)),
    0,
  );
  expect([cascades.length, usdPerGb]).toEqual([2, expect.closeTo(0.02 + 0.09)]);
  expect(await cost()).toEqual({ sum: expect.closeTo(usdPerGb), count: cascades.length });
  expect(await figure('canopy_edges{status="alive"}')).toBe(2);
});

it('tells what becomes of recordings, where anything is recorded', async () => {
  expect(await metricsOf(one)).not.toMatch(/^canopy_recording/m);
  await using recorded = await TestMesh.create({ config: { recordings: '/recordings' } });
  const replica = await recorded.replica();
  const figures = async () => {
    const lines = (await metricsOf(replica)).split('\n').filter((line) => line.startsWith('canopy_recording'));
    return Object.fromEntries(lines.map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]));
  };
  expect(await figures()).toEqual({ canopy_recording_uncomposed_seconds: 0, canopy_recordings_failed: 0 });
  const ended = async (composition: string, ago: string, error: string | null, failingFor: string | null) => {
    const values = [await newMeeting(replica.httpAddress), composition, ago, error, failingFor];
    await recorded.query(
      `INSERT INTO recordings (id, meeting_id, status, composition, ended_at, composition_error, failing_since)
      VALUES (gen_random_uuid(), $1, 'stopped', $2, now() - $3::interval, $4, now() - $5::interval)`,
      values,
    );
  };
  await ended('composing', '2 hours', null, null);
  await ended('waiting', '1 hour', null, null);
  await ended('ready', '3 hours', null, null);
  await ended('failed', '4 hours', 'RECORDING_FAILED', null);
  await ended('failed', '4 hours', 'RECORDING_EMPTY', null);
  await ended('failed', '25 hours', 'RECORDING_FAILED', null);
  await ended('failed', '26 hours', 'STORAGE_UNAVAILABLE', '25 hours');
  const rounded = async () => {
    const { canopy_recording_uncomposed_seconds: seconds, canopy_recordings_failed: failed } = await figures();
    return [Math.round(Number(seconds) / 60), failed];
  };
  await expect.poll(rounded, { timeout: 10_000 }).toEqual([120, 2]);
});

it('has as many series after fifty meetings as after one', async () => {
  const series = async () => {
    const lines = (await metricsOf(one)).split('\n').filter((line) => line.startsWith('canopy_'));
    return lines.map((line) => line.replace(/ .*/, ''));
  };
  const inTheirOwnMeeting = async (name: string) => {
    const meetingId = await newMeeting(one.httpAddress);
    await joined(mesh, one, meetingId, name);
    return meetingId;
  };
  await inTheirOwnMeeting('First');
  const before = await series();
  const meetingIds = await Promise.all(Array.from({ length: 50 }, (_, index) => inTheirOwnMeeting(`P${index}`)));
  const text = await metricsOf(one);
  expect(text).toMatch(/^canopy_rooms 5[12]$/m);
  expect(await series()).toEqual(before);
  expect(meetingIds.filter((id) => text.includes(id))).toEqual([]);
});
