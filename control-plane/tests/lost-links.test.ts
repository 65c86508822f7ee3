import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { frankfurt } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

const virginia = { latitude: 38.9, longitude: -77.4 };
const saoPaulo = { latitude: -23.55, longitude: -46.63 };
const [europe, america, brazil] = ['eu-central-1', 'us-east-1', 'sa-east-1'];

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
const edges = new Map<string, FakeEdge>();

beforeAll(async () => {
  mesh = await TestMesh.create({ timing: { lostLinks: { holdMs: 60_000, quietMs: 500 }, reviewPlansEveryMs: 3_000 } });
  for (const region of [europe, america, brazil]) edges.set(region, await mesh.edge(region, region));
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], [...edges.keys()]);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

const planBody = z.object({
  epoch: z.number(),
  cascades: z.array(
    z.object({
      originEdgeId: z.string(),
      nodes: z.array(
        z.object({
          edgeId: z.string(),
          parentId: z.string(),
          backupParentId: z.string().nullable(),
          reason: z.string(),
        }),
      ),
    }),
  ),
  unreached: z.array(z.object({ edgeId: z.string(), because: z.string() })),
});

async function planOf(meetingId: string) {
  const { body } = await call(one.httpAddress, 'GET', `/v1/meetings/${meetingId}/plan`);
  return planBody.parse(body);
}

/** How an edge gets what comes from Europe. */
async function nodeOf(meetingId: string, edgeId: string) {
  const cascade = (await planOf(meetingId)).cascades.find(({ originEdgeId }) => originEdgeId === europe);
  return cascade?.nodes.find((node) => node.edgeId === edgeId);
}

function edge(id: string): FakeEdge {
  const found = edges.get(id);
  if (found === undefined) throw new Error(`no edge ${id}`);
  return found;
}

/** What edges say of each other when they probe: round trips in ms by "a b", and links over which probes are lost. */
function measure(rtts: Record<string, number>, deaf: readonly string[] = []): void {
  for (const [id, { neighbours }] of edges) {
    neighbours.length = 0;
    for (const [pair, rttMs] of Object.entries(rtts)) {
      if (!pair.split(' ').includes(id)) continue;
      const edgeId = pair.split(' ').find((other) => other !== id) ?? '';
      neighbours.push({ edgeId, rttMs, loss: 0, unanswered: deaf.includes(pair) ? 3 : 0 });
    }
  }
  for (const one of edges.values()) one.heartbeat();
}

const calm = { [`${europe} ${america}`]: 90, [`${europe} ${brazil}`]: 200, [`${america} ${brazil}`]: 112 };

/** Ada publishes in Frankfurt; Una in Virginia watches, and Bia in São Paulo if there is one. */
async function webinar(withBrazil = true): Promise<string> {
  measure(calm);
  const meetingId = await newMeeting(one.httpAddress);
  await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
  await joined(mesh, two, meetingId, 'Una', { location: virginia, role: 'attendee' });
  if (withBrazil) await joined(mesh, one, meetingId, 'Bia', { location: saoPaulo, role: 'attendee' });
  return meetingId;
}

describe('a running meeting', () => {
  it('is planned anew when a path became much longer', async () => {
    const meetingId = await webinar();
    const before = (await nodeOf(meetingId, brazil))?.parentId ?? '';
    measure({ ...calm, [`${before} ${brazil}`]: 900 });
    await expect.poll(async () => (await nodeOf(meetingId, brazil))?.parentId, { timeout: 10_000 }).not.toBe(before);
  });
});

describe('a link lost between two healthy edges', () => {
  it('is led around by an idle edge, and by plans for other meetings of all replicas', async () => {
    const meetingId = await webinar(false);
    expect(await nodeOf(meetingId, america)).toMatchObject({ parentId: europe });
    edge(america).tell({ linkLost: { meetingId, parentEdgeId: europe } });
    await expect.poll(() => nodeOf(meetingId, america)).toMatchObject({ parentId: brazil, reason: 'repaired' });
    expect(await nodeOf(meetingId, brazil)).toMatchObject({ parentId: europe });
    await expect.poll(() => edge(america).routes.get(meetingId)?.routes[0]?.parent?.edgeId).toBe(brazil);

    for (const replica of [one, two]) {
      const other = await newMeeting(replica.httpAddress);
      await joined(mesh, replica, other, 'Ada', { location: frankfurt });
      await joined(mesh, replica, other, 'Una', { location: virginia, role: 'attendee' });
      expect(await nodeOf(other, america)).toMatchObject({ parentId: brazil });
    }
  });

  it('is planned over again once probes that were lost on it come through', async () => {
    const meetingId = await webinar(false);
    edge(america).tell({ linkLost: { meetingId, parentEdgeId: europe } });
    await expect.poll(() => nodeOf(meetingId, america)).toMatchObject({ parentId: brazil });
    const { epoch } = await planOf(meetingId);
    const pair = `${europe} ${america}`;
    let isDeaf = false;
    const afterNextProbes = () => {
      isDeaf = !isDeaf;
      measure(calm, isDeaf ? [pair] : []);
      return nodeOf(meetingId, america);
    };
    await expect.poll(afterNextProbes, { timeout: 20_000, interval: 1_000 }).toMatchObject({ parentId: europe });
    measure(calm);
    expect((await planOf(meetingId)).epoch).toBeGreaterThan(epoch);
  });

  it('is planned around where media goes on over the backup as well, which then has another one or none', async () => {
    const meetingId = await webinar();
    // What was lost before is over on each replica by itself.
    await expect.poll(() => nodeOf(meetingId, america)).toMatchObject({ parentId: europe });
    const before = await nodeOf(meetingId, brazil);
    expect(before?.backupParentId).not.toBeNull();
    edge(brazil).tell({ linkLost: { meetingId, parentEdgeId: before?.parentId ?? '', switchedToBackup: true } });
    await expect
      .poll(() => nodeOf(meetingId, brazil), { timeout: 10_000 })
      .toMatchObject({ parentId: before?.backupParentId, backupParentId: null, reason: 'repaired' });
    expect(await nodeOf(meetingId, america)).toMatchObject({ parentId: europe });
  });
});
