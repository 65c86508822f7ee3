import { type Migrate, MigrateReason } from '@canopy/proto/signal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, type Person } from '../src/testing/people.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let edges: Map<string, FakeEdge>;

beforeAll(async () => {
  const timing = { quarantine: { holdMs: 5_000, quietMs: 500 } };
  mesh = await TestMesh.create({ timing, config: { trustedProxies: ['127.0.0.1'] } });
  const started = await Promise.all([
    mesh.edge('europe', 'eu-central-1'),
    mesh.edge('australia', 'ap-southeast-2'),
    mesh.edge('singapore', 'ap-southeast-1'),
  ]);
  edges = new Map(started.map((edge) => [edge.id, edge]));
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], [...edges.keys()]);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

const view = z.object({
  edges: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      quarantine: z.object({ rule: z.string(), networks: z.number(), onTrial: z.boolean() }).optional(),
    }),
  ),
});

async function australia(replica: ControlPlane) {
  const { body } = await call(replica.httpAddress, 'GET', '/v1/mesh');
  return view.parse(body).edges.find(({ id }) => id === 'australia');
}

function comesFrom(address: string, meetingId: string, replica = one): Promise<Person> {
  return joined(mesh, replica, meetingId, `from ${address}`, { location: sydney, address });
}

function migrateOf({ client }: Person): Promise<Migrate> {
  return client.until(({ migrate }) => migrate);
}

/** Media gets through, as an edge says. */
function connects(edgeId: string, meetingId: string, { participantId }: Person, tcpOnly = false): void {
  edges.get(edgeId)?.tell({ sessionConnected: { meetingId, participantId, tcpOnly } });
}

/** Media of somebody on the first edge does not get through to it, but to the next one. */
async function fails(person: Person, meetingId: string): Promise<void> {
  expect((await person.client.ask({ mediaUnreachable: {} })).done).toEqual({});
  const { edge, reason } = await migrateOf(person);
  expect([edge?.id, reason]).toEqual(['singapore', MigrateReason.UNREACHABLE]);
  connects('singapore', meetingId, person);
  await person.client.ask({ migrated: {} });
}

describe('an edge that media does not get through to', () => {
  it('is left at once by a client that says so; one client, and one network, prove nothing', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    for (let count = 0; count < 4; count += 1) {
      const person = await comesFrom('203.0.113.7', meetingId);
      expect(person.answer.edge?.id).toBe('australia');
      await fails(person, meetingId);
      await person.client.ask({ leave: {} });
    }
    expect((await australia(one))?.state).toBe('ready');
  });

  it('may be left by a client that only gets through by TCP, once: where that is so everywhere, it is the client', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const person = await comesFrom('203.0.113.9', meetingId);
    connects('australia', meetingId, person, true);
    expect((await migrateOf(person)).edge?.id).toBe('singapore');
    connects('singapore', meetingId, person, true);
    await person.client.ask({ migrated: {} });
    await person.client.ask({ leave: {} });
    expect(person.client.received.filter(({ migrate }) => migrate !== undefined)).toHaveLength(1);
    expect((await australia(one))?.state).toBe('ready');
  });

  it('is quarantined by all replicas when several networks got through elsewhere only, emptied, and tried again', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const stays = await comesFrom('192.0.2.200', meetingId, two);
    const unlucky = [
      await comesFrom('192.0.2.1', meetingId),
      await comesFrom('198.51.100.1', meetingId, two),
      await comesFrom('192.0.2.2', meetingId),
    ];
    for (const person of [stays, ...unlucky]) expect(person.answer.edge?.id).toBe('australia');
    for (const person of unlucky) await fails(person, meetingId);
    for (const replica of [one, two]) {
      await expect
        .poll(() => australia(replica))
        .toMatchObject({ state: 'quarantined', quarantine: { rule: 'clients' } });
    }
    expect(await migrateOf(stays)).toMatchObject({ edge: { id: 'singapore' }, reason: MigrateReason.UNREACHABLE });

    const comesLater = await comesFrom('192.0.2.3', meetingId);
    expect(comesLater.answer.edge?.id).not.toBe('australia');
    const path = `/v1/meetings/${meetingId}/participants/${comesLater.participantId}/placement`;
    const { body } = await call(one.httpAddress, 'GET', path);
    expect(JSON.stringify(body)).toContain('not-quarantined');

    for (const replica of [one, two]) {
      await expect.poll(async () => (await australia(replica))?.quarantine?.onTrial).toBe(true);
    }
    const tries = await comesFrom('192.0.2.4', meetingId);
    expect(tries.answer.edge?.id).toBe('australia');
    connects('australia', meetingId, tries);
    for (const replica of [one, two]) {
      await expect.poll(() => australia(replica)).toEqual({ id: 'australia', state: 'ready' });
    }
  });
});
