import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { frankfurt } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, type Person } from '../src/testing/people.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let frankfurtEdge: FakeEdge;
let parisEdge: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create({ timing: { rebalancing: { patienceMs: 500, restMs: 0 } } });
  frankfurtEdge = await mesh.edge('frankfurt', 'eu-central-1');
  parisEdge = await mesh.edge('paris', 'eu-west-3');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
});

beforeEach(async () => {
  frankfurtEdge.load = 0;
  parisEdge.load = 0;
  await mesh.untilHeard([one, two], ['frankfurt', 'paris']);
  await untilLoad('frankfurt', 0);
});

async function untilLoad(id: string, load: number): Promise<void> {
  for (const { httpAddress } of [one, two]) {
    const edges = expect.arrayContaining([expect.objectContaining({ id, load })]);
    await expect.poll(async () => (await call(httpAddress, 'GET', '/v1/mesh')).body).toMatchObject({ edges });
  }
}

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

/** Ada on the stage and nine who watch, on both replicas; all of them in Frankfurt. */
async function webinar(): Promise<{ meetingId: string; ada: Person; viewers: Person[] }> {
  const meetingId = await newMeeting(one.httpAddress, { mode: 'webinar' });
  const ada = await joined(mesh, one, meetingId, 'Ada');
  const options = { location: frankfurt, role: 'attendee' } as const;
  const viewers = await Promise.all(
    Array.from({ length: 9 }, (_, index) =>
      joined(mesh, [one, two][index % 2] ?? one, meetingId, `V${index}`, options),
    ),
  );
  const edges = new Set([ada, ...viewers].map(({ answer }) => answer.edge?.id));
  expect([...edges]).toEqual(['frankfurt']);
  return { meetingId, ada, viewers };
}

const isMoved = ({ client }: Person) => client.received.some(({ migrate }) => migrate !== undefined);

async function lookedAt(replica: ControlPlane, result: string): Promise<number> {
  const text = await (await fetch(`http://${replica.httpAddress}/metrics`)).text();
  return Number(new RegExp(`^canopy_rebalances_total{result="${result}"} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

describe('an edge that is overloaded', () => {
  it('gives away just enough viewers, over all replicas, and tells each why', async () => {
    const { meetingId, ada, viewers } = await webinar();
    frankfurtEdge.load = 0.95;
    await expect.poll(() => viewers.filter(isMoved).length, { timeout: 10_000 }).toBe(3);
    const movers = viewers.filter(isMoved);
    for (const { client, participantId } of movers) {
      const { edge, reason } = await client.until(({ migrate }) => migrate);
      expect([edge?.id, reason]).toEqual(['paris', 'MIGRATE_REASON_LOAD']);
      expect((await client.ask({ migrated: {} })).done).toEqual({});
      const path = `/v1/meetings/${meetingId}/participants/${participantId}/placement`;
      expect((await call(one.httpAddress, 'GET', path)).body).toMatchObject({
        edge: { id: 'paris' },
        moved: { fromEdgeId: 'frankfurt', because: 'load' },
      });
    }
    for (const replica of [one, two]) {
      await expect.poll(() => lookedAt(replica, 'paced'), { timeout: 10_000 }).toBeGreaterThan(2);
    }
    expect(viewers.filter(isMoved)).toHaveLength(3);
    expect(isMoved(ada)).toBe(false);
  });

  it('keeps everybody while no other edge has room', async () => {
    const { viewers } = await webinar();
    parisEdge.load = 0.75;
    await untilLoad('paris', 0.75);
    frankfurtEdge.load = 0.95;
    await expect.poll(() => lookedAt(two, 'no-room'), { timeout: 10_000 }).toBeGreaterThan(2);
    expect(viewers.filter(isMoved)).toEqual([]);
  });
});
