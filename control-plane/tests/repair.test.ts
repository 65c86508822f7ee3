import { BackupPolicy } from '@canopy/proto/routing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { frankfurt, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

const virginia = { latitude: 38.9, longitude: -77.4 };
const saoPaulo = { latitude: -23.55, longitude: -46.63 };

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
const edges = new Map<string, FakeEdge>();

beforeAll(async () => {
  mesh = await TestMesh.create();
  for (const region of ['eu-central-1', 'us-east-1', 'us-west-2', 'sa-east-1', 'ap-southeast-2']) {
    edges.set(region, await mesh.edge(region, region));
  }
  // Nobody is taken for lost for being silent, or slow to answer, here: what happens is what witnesses bring about.
  const timing = { ...mesh.config.timing, silentAfterMs: 60_000, edgeProbeTimeoutMs: 10_000 };
  [one, two] = await Promise.all([mesh.replica({}, { timing }), mesh.replica({}, { timing })]);
  await mesh.untilHeard([one, two], [...edges.keys()]);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

function edge(id: string): FakeEdge {
  const found = edges.get(id);
  if (found === undefined) throw new Error(`no edge ${id}`);
  return found;
}

function routeOf(edgeId: string, meetingId: string, originId: string) {
  return edge(edgeId)
    .routes.get(meetingId)
    ?.routes.find(({ originEdgeId }) => originEdgeId === originId);
}

async function planOf(meetingId: string) {
  const { body } = await call(one.httpAddress, 'GET', `/v1/meetings/${meetingId}/plan`);
  return planBody.parse(body);
}

const planBody = z.looseObject({
  epoch: z.number(),
  backup: z.string(),
  cascades: z.array(
    z.looseObject({
      originEdgeId: z.string(),
      nodes: z.array(z.looseObject({ edgeId: z.string(), parentId: z.string(), demand: z.number(), link: z.null() })),
    }),
  ),
});

const edgesIn = async (meetingId: string) =>
  (await planOf(meetingId)).cascades.flatMap(({ nodes }) => nodes.map(({ edgeId }) => edgeId)).sort();

describe('the plan of a meeting', () => {
  it('tells edges a second way, kept warm for webinars and cold for meetings, unless settings say otherwise', async () => {
    const backups: [object, BackupPolicy][] = [
      [{ mode: 'webinar' }, BackupPolicy.WARM],
      [{}, BackupPolicy.COLD],
      [{ settings: { routing: { backup: 'none' } } }, BackupPolicy.NONE],
    ];
    for (const [request, policy] of backups) {
      const meetingId = await newMeeting(one.httpAddress, request);
      await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
      await joined(mesh, one, meetingId, 'Una', { location: virginia, role: 'attendee' });
      await joined(mesh, one, meetingId, 'Bia', { location: saoPaulo, role: 'attendee' });
      expect(edge('sa-east-1').routes.get(meetingId)?.backup).toBe(policy);
      const { parent, backupParent } = routeOf('sa-east-1', meetingId, 'eu-central-1') ?? {};
      expect(backupParent?.edgeId).not.toBe(parent?.edgeId);
      expect(backupParent).toBeDefined();
    }
  });

  it('is explained: who is fed by whom, why, and who watches', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    expect(await planOf(meetingId)).toMatchObject({ epoch: 0, cascades: [] });
    await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
    await joined(mesh, two, meetingId, 'Ben', { location: sydney, role: 'attendee' });
    const { epoch, backup, cascades } = await planOf(meetingId);
    expect([epoch > 0, backup]).toEqual([true, 'cold']);
    expect(cascades).toMatchObject([
      {
        originEdgeId: 'eu-central-1',
        nodes: [{ edgeId: 'ap-southeast-2', parentId: 'eu-central-1', reason: 'origin-direct', demand: 1, link: null }],
      },
    ]);
  });

  it('gets smaller when the last participant of an edge has left', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
    const ben = await joined(mesh, two, meetingId, 'Ben', { location: sydney, role: 'attendee' });
    expect(await edgesIn(meetingId)).toEqual(['ap-southeast-2']);
    await ben.client.ask({ leave: {} });
    await expect.poll(() => edgesIn(meetingId)).toEqual([]);
    await expect.poll(() => edge('ap-southeast-2').routes.get(meetingId)?.routes).toEqual([]);
  });
});

describe('a relay that is killed', () => {
  it('is led around at once under a new epoch, and no healthy child is moved', async () => {
    const via = { 'sa-east-1': 'us-east-1', 'ap-southeast-2': 'us-west-2' };
    const meetingId = await newMeeting(one.httpAddress, { settings: { routing: { via } } });
    await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
    await joined(mesh, one, meetingId, 'Bia', { location: saoPaulo, role: 'attendee' });
    await joined(mesh, two, meetingId, 'Ben', { location: sydney, role: 'attendee' });
    await expect.poll(() => routeOf('sa-east-1', meetingId, 'eu-central-1')?.parent?.edgeId).toBe('us-east-1');
    const before = (await planOf(meetingId)).epoch;
    edge('us-east-1').kill();
    for (const witness of ['sa-east-1', 'eu-central-1'])
      edge(witness).tell({ linkLost: { meetingId, parentEdgeId: 'us-east-1', switchedToBackup: true } });
    await expect.poll(() => routeOf('sa-east-1', meetingId, 'eu-central-1')?.parent?.edgeId).toBe('eu-central-1');
    expect(routeOf('ap-southeast-2', meetingId, 'eu-central-1')?.parent?.edgeId).toBe('us-west-2');
    expect((await planOf(meetingId)).epoch).toBeGreaterThan(before);
    await edge('us-east-1').serve();
    edge('us-east-1').reboot();
    edge('us-east-1').beat();
    await mesh.untilHeard([one, two], ['us-east-1']);
  });

  it('is not believed to be dead, whoever says so, while it answers', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const una = await joined(mesh, one, meetingId, 'Una', { location: virginia });
    for (const witness of ['sa-east-1', 'eu-central-1', 'us-west-2'])
      edge(witness).tell({ linkLost: { meetingId, parentEdgeId: 'us-east-1' } });
    await una.client.ask({ ping: {} });
    await expect.poll(async () => (await call(one.httpAddress, 'GET', '/v1/edges/us-east-1')).body.state).toBe('ready');
    expect(una.client.received.some(({ migrate }) => migrate !== undefined)).toBe(false);
  });
});
