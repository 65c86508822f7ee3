import { protocolVersion } from '@canopy/runtime/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { migrations } from '../src/adapters/postgres/migrate.ts';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting, newToken } from '../src/testing/api.ts';
import { frankfurt, joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';
import { Visitor } from '../src/testing/visitor.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('fra-1', 'eu-central-1');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], ['fra-1']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

const events = async (query = '') => {
  const { body } = await call(two.httpAddress, 'GET', `/v1/mesh/events${query}`);
  return body.events as { id: string; at: string; kind: string; edgeId?: string }[];
};

it('tells what happened once, whichever replicas heard of it, and goes on from what is known', async () => {
  await mesh.edge('fra-2', 'eu-central-1');
  await mesh.untilHeard([one, two], ['fra-2']);
  const joining = async () => (await events()).filter(({ edgeId }) => edgeId === 'fra-2');
  await expect.poll(joining).toMatchObject([{ kind: 'edge.joined' }]);
  const last = (await events()).at(-1)?.id;
  await call(one.httpAddress, 'POST', '/v1/edges/fra-2/drain');
  await expect.poll(() => events(`?after=${last}`)).toMatchObject([{ kind: 'edge.draining', edgeId: 'fra-2' }]);
  expect((await call(one.httpAddress, 'GET', '/v1/mesh/events?after=yesterday')).status).toBe(400);
});

it('tells why a plan changed, where that is known, and passes over what only newer versions tell', async () => {
  const write = async (event: object) => {
    const key = `${mesh.config.namespace}:mesh_events`;
    return await mesh.redis().xadd(key, '*', 'event', JSON.stringify(event));
  };
  const plan = { kind: 'plan.changed', meetingId: 'm' };
  const before = await write({ kind: 'plan.foretold', meetingId: 'm' });
  await write({ ...plan, epoch: 1 });
  await write({ ...plan, epoch: 2, cause: 'edge_draining' });
  await write({ ...plan, epoch: 3, cause: 'foreseen' });
  const told = await events(`?after=${before}`);
  expect(told.map(({ id: _id, at: _at, ...event }) => event)).toEqual([
    { ...plan, epoch: 1 },
    { ...plan, epoch: 2, cause: 'edge_draining' },
    { ...plan, epoch: 3 },
  ]);
});

it('lets operators look into everybody’s meetings, and others into their own only', async () => {
  const ada = await Visitor.signedUp(one.httpAddress, 'Ada');
  const theirs = String((await ada.ask('POST', '/v1/meetings', { title: 'Of Ada' })).body.id);
  const ours = await newMeeting(one.httpAddress, { title: 'Of the key' });
  const ben = await joined(mesh, one, ours, 'Ben', { location: frankfurt });
  const titles = async (asks: Promise<{ body: Record<string, unknown> }>) =>
    ((await asks).body.meetings as { title: string }[]).map(({ title }) => title);
  const query = '/v1/meetings?status=scheduled';
  expect(await titles(call(one.httpAddress, 'GET', query))).toEqual(['Of Ada']);
  expect(await titles(ada.ask('GET', query))).toEqual(['Of Ada']);
  expect(await titles(ada.ask('GET', '/v1/meetings'))).toEqual([]);
  const live = await call(one.httpAddress, 'GET', '/v1/meetings');
  expect(live.body.meetings).toMatchObject([{ id: ours, edges: [{ id: 'fra-1', participants: 1 }] }]);

  const people = `/v1/meetings/${ours}/participants`;
  expect((await call(one.httpAddress, 'GET', people)).body).toMatchObject({
    participants: [{ id: ben.participantId, name: 'Ben', role: 'host', edge: { id: 'fra-1' }, connected: true }],
    attendeeCount: 0,
  });
  expect((await call(one.httpAddress, 'GET', `/v1/meetings/${theirs}/plan`)).status).toBe(200);
  expect(
    (await call(one.httpAddress, 'POST', `/v1/meetings/${theirs}/tokens`, { name: 'Eve', role: 'host' })).status,
  ).toBe(404);
  const refused = ['/v1/mesh/events', '/v1/placement?address=203.0.113.7', people].map((path) => ada.ask('GET', path));
  expect((await Promise.all(refused)).map(({ status }) => status)).toEqual([403, 403, 404]);
});

it('lists those that somebody is in apart from those that everybody left', async () => {
  const [left, empty] = [await newMeeting(one.httpAddress), await newMeeting(one.httpAddress)];
  const ids = async (query: string) =>
    ((await call(one.httpAddress, 'GET', `/v1/meetings${query}`)).body.meetings as { id: string }[]).map(
      ({ id }) => id,
    );
  const inhabited = () => ids('?inhabited=true');
  const ada = await joined(mesh, one, left, 'Ada');
  expect(await inhabited()).toContain(left);
  expect(await inhabited()).not.toContain(empty);
  await ada.client.ask({ leave: {} });
  await expect.poll(inhabited).not.toContain(left);
  // It may go on at any time.
  expect(await ids('')).toContain(left);
  expect((await call(one.httpAddress, 'GET', '/v1/meetings?inhabited=perhaps')).status).toBe(400);
});

it('lists meetings a page at a time, each once', async () => {
  const cem = await Visitor.signedUp(one.httpAddress, 'Cem');
  const titles = ['One', 'Two', 'Three'];
  for (const title of titles) await cem.ask('POST', '/v1/meetings', { title });
  const page = async (cursor = '') => {
    const { body } = await cem.ask('GET', `/v1/meetings?status=scheduled&limit=2${cursor}`);
    return { titles: (body.meetings as { title: string }[]).map(({ title }) => title), next: body.nextCursor };
  };
  const first = await page();
  const second = await page(`&cursor=${String(first.next)}`);
  expect([...first.titles, ...second.titles]).toEqual(titles.toReversed());
  expect(second.next).toBeNull();
});

it('tells operators and somebody themselves where they were taken to be, and the owner of the meeting by what alone', async () => {
  const ada = await Visitor.signedUp(one.httpAddress, 'Owner');
  const id = String((await ada.ask('POST', '/v1/meetings', {})).body.id);
  const { body } = await call(
    one.httpAddress,
    'POST',
    `/v1/meetings/${id}/tokens`,
    { name: 'Ben', role: 'panelist' },
    null,
  );
  const { participantId, token } = z.object({ participantId: z.string(), token: z.string() }).parse(body);
  const client = await mesh.client(one);
  expect((await client.ask({ join: joinWith(token, frankfurt) })).joined).toBeDefined();
  const path = `/v1/meetings/${id}/participants/${participantId}/placement`;
  const taken = ({ body }: { body: Record<string, unknown> }) => Object(body.decision).taken;
  const place = { source: 'client', location: frankfurt, near: 'Frankfurt' };
  expect(taken(await call(one.httpAddress, 'GET', path))).toEqual(place);
  expect(taken(await call(one.httpAddress, 'GET', path, undefined, `Bearer ${token}`))).toEqual(place);
  const told = await ada.ask('GET', path);
  expect(taken(told)).toEqual({ source: 'client' });
  expect(Object(told.body.decision).candidates).toContainEqual(
    expect.objectContaining({ edgeId: 'fra-1', clientRttMs: expect.any(Number) }),
  );
});

it('foresees where somebody would be placed, and places nobody', async () => {
  const ask = (query: string) => call(one.httpAddress, 'GET', `/v1/placement?${query}`);
  const { body } = await ask('latitude=50.1&longitude=8.7');
  expect(body.decision).toMatchObject({
    edgeId: 'fra-1',
    candidates: expect.arrayContaining([
      expect.objectContaining({ parts: { publishersMs: 0, loadMs: expect.any(Number), newEdgeMs: 5, doubtMs: 0 } }),
    ]),
    taken: { source: 'client', location: { latitude: 50.1, longitude: 8.7 }, near: 'Frankfurt' },
  });
  for (const wrong of ['', 'address=nowhere', 'latitude=50', 'address=203.0.113.7&latitude=1&longitude=1'])
    expect((await ask(wrong)).status).toBe(400);
});

it('tells operators what a replica sees of its services, tables and edges, and what does not answer', async () => {
  const edge = await mesh.edge('fra-3', 'eu-central-1');
  edge.clockAheadMs = 60_000;
  const replica = await mesh.replica({
    geo: { lookup: () => ({ source: 'none' as const }), builtAt: Date.UTC(2026, 0) },
  });
  await mesh.untilHeard([replica], ['fra-3']);
  const look = async () => (await call(replica.httpAddress, 'GET', '/v1/health')).body;
  const offsetOf = ({ edges }: Record<string, unknown>) =>
    (edges as { id: string; clockOffsetMs: number }[]).find(({ id }) => id === 'fra-3')?.clockOffsetMs;
  await expect.poll(async () => Math.round(Number(offsetOf(await look())) / 10_000)).toBe(6);
  const version = expect.stringMatching(/^\d+\.\d+/);
  const answers = { version, roundTripMs: expect.any(Number) };
  expect(await look()).toMatchObject({
    services: { postgresql: answers, redis: answers, nats: answers },
    migrations: { newest: Object.keys(migrations).sort().at(-1), pending: [] },
    secrets: { sealing: true, kept: expect.any(Number), behind: 0, missingKeys: [] },
    geoBuiltAt: '2026-01-01T00:00:00.000Z',
    protocol: protocolVersion,
    replicas: expect.arrayContaining([{ id: expect.any(String), protocol: protocolVersion }]),
    edges: expect.arrayContaining([
      expect.objectContaining({ id: 'fra-3', region: 'eu-central-1', protocol: protocolVersion }),
    ]),
  });

  const ben = await newToken(one.httpAddress, await newMeeting(one.httpAddress));
  const nobody = await call(replica.httpAddress, 'GET', '/v1/health', undefined, `Bearer ${ben.token}`);
  expect(nobody.status).toBe(403);
});
