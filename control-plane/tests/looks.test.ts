import { LinkState } from '@canopy/proto/edge_media';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { ControlPlane } from '../src/context.ts';
import type { KeyScope } from '../src/core/access/scopes.ts';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';
import { Visitor } from '../src/testing/visitor.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let edge: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create();
  edge = await mesh.edge('edge-a', 'eu-central-1');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], ['edge-a']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

interface Key {
  actor: string;
  authorization: string;
}

async function newKey(...scopes: KeyScope[]): Promise<Key> {
  const { status, body } = await call(one.httpAddress, 'POST', '/v1/keys', { name: scopes.join(), scopes });
  expect(status).toBe(201);
  return { actor: `key:${String(body.id)}`, authorization: `Bearer ${String(body.id)}.${String(body.secret)}` };
}

const get = (path: string, { authorization }: Key, { httpAddress }: ControlPlane = one) =>
  call(httpAddress, 'GET', path, undefined, authorization);

const entriesBody = z.array(z.object({ action: z.string(), target: z.string(), details: z.unknown() }));

/** What is noted of somebody, the newest first. */
async function notedOf({ actor }: Key): Promise<z.infer<typeof entriesBody>> {
  const { body } = await call(one.httpAddress, 'GET', `/v1/audit?actor=${actor}`);
  return entriesBody.parse(body.entries);
}

/** Every read of a meeting that the API describes, but of one message, poll, recording or the like. */
async function reads(): Promise<string[]> {
  const { paths } = (await call(one.httpAddress, 'GET', '/v1/openapi.json')).body;
  return Object.entries(Object(paths)).flatMap(([path, described]) =>
    path.startsWith('/v1/meetings/{id}') && Object.hasOwn(Object(described), 'get') ? [path] : [],
  );
}

it('notes an operator’s look at somebody else’s meeting, by whichever route', async () => {
  const meetingId = await newMeeting(one.httpAddress, { mode: 'webinar' });
  const ada = await joined(mesh, one, meetingId, 'Ada');
  const noted = new Map<string, unknown>();
  const refused: string[] = [];
  for (const path of await reads()) {
    const operator = await newKey('mesh.operate');
    const url = path.replace('{id}', meetingId).replace('{participantId}', ada.participantId);
    const { status } = await get(url.replaceAll(/\{\w+\}/g, crypto.randomUUID()), operator);
    const found = await notedOf(operator);
    if (status < 300) noted.set(path, Object(found[0]?.details).view);
    else refused.push(path);
    // What is refused is not noted.
    expect(found.map(({ action, target }) => [action, target])).toEqual(
      noted.get(path) === undefined ? [] : [['meeting.look', meetingId]],
    );
  }
  expect(Object.fromEntries(noted)).toEqual({
    '/v1/meetings/{id}': 'meeting',
    '/v1/meetings/{id}/participants': 'participants',
    '/v1/meetings/{id}/attendees': 'attendees',
    '/v1/meetings/{id}/participants/{participantId}/placement': 'placement',
    '/v1/meetings/{id}/plan': 'plan',
    '/v1/meetings/{id}/sfu': 'candidates',
    // Edges near the caller, which clients ask for before they join.
    '/v1/meetings/{id}/edges/shortlist': undefined,
  });
  // Operators see nothing of what people say, write or record.
  expect(refused).toEqual(expect.arrayContaining(['messages', 'recordings', 'questions', 'polls', 'bans'].map(under)));
});

const under = (what: string) => `/v1/meetings/{id}/${what}`;

it('notes it once for each operator and meeting, and the list of everybody’s', async () => {
  const ada = await Visitor.signedUp(one.httpAddress, 'Ada');
  const id = String((await ada.ask('POST', '/v1/meetings', {})).body.id);
  const account = (await ada.ask('GET', '/v1/account')).body;
  const [operator, other] = [await newKey('mesh.operate'), await newKey('mesh.operate')];
  const paths = [`/v1/meetings/${id}`, `/v1/meetings/${id}/plan`, '/v1/meetings?status=scheduled'];
  for (const path of [...paths, ...paths]) expect((await get(path, operator)).status).toBe(200);
  expect((await get(`/v1/placement?latitude=50&longitude=8&meeting=${id}`, other)).status).toBe(200);
  const look = { action: 'meeting.look', target: id };
  const owner = `user:${String(account.id)}`;
  expect(await notedOf(operator)).toMatchObject([
    { action: 'meeting.list', target: 'all' },
    { ...look, details: { view: 'meeting', owner } },
  ]);
  expect(await notedOf(other)).toMatchObject([{ ...look, details: { view: 'candidates', owner } }]);
  const { body } = await call(one.httpAddress, 'GET', '/v1/audit?action=meeting.look&limit=2');
  expect(body.entries).toMatchObject([
    { actor: other.actor, address: '127.0.0.1', failed: null },
    { actor: operator.actor },
  ]);

  // Another replica notes it by itself.
  await get(`/v1/meetings/${id}`, operator, two);
  expect((await notedOf(operator)).map(({ action }) => action)).toEqual([
    'meeting.look',
    'meeting.list',
    'meeting.look',
  ]);
  const own = await newKey('meetings', 'mesh.operate');
  const made = await call(one.httpAddress, 'POST', '/v1/meetings', {}, own.authorization);
  expect((await get(`/v1/meetings/${String(made.body.id)}`, own)).status).toBe(200);
  expect(await notedOf(own)).toEqual([]);
});

it('shows meetings to operators while nothing can be noted, and notes it when it can', async () => {
  const meetingId = await newMeeting(one.httpAddress);
  const operator = await newKey('mesh.operate');
  await mesh.query(`CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = 'disk_full'; END $$`);
  await mesh.query('CREATE TRIGGER away BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION away()');
  const drain = await call(one.httpAddress, 'POST', '/v1/edges/edge-a/drain', undefined, operator.authorization);
  expect(codeOf(drain)).toBe('STATE_UNAVAILABLE');
  expect((await get(`/v1/meetings/${meetingId}`, operator)).status).toBe(200);
  await mesh.query('DROP FUNCTION away CASCADE');
  expect(await notedOf(operator)).toEqual([]);
  expect((await get(`/v1/meetings/${meetingId}`, operator)).status).toBe(200);
  expect(await notedOf(operator)).toMatchObject([{ action: 'meeting.look', target: meetingId }]);
});

it('names the meetings of links to operators only: whoever knows a user’s meeting may come to it', async () => {
  const link = { meetingId: crypto.randomUUID(), parentEdgeId: 'edge-b', childEdgeId: 'edge-a', epoch: 3 };
  edge.links.push(LinkState.fromPartial(link));
  const [dashboard, operator] = [await newKey('mesh.read'), await newKey('mesh.operate')];
  const seen = { parent: 'edge-b', child: 'edge-a', epoch: 3 };
  const look = async (key: Key) => (await get('/v1/mesh', key)).body.links;
  await expect.poll(() => look(operator)).toEqual([expect.objectContaining({ ...seen, meetingId: link.meetingId })]);
  expect(await look(dashboard)).toEqual([expect.objectContaining({ ...seen, meetingId: '' })]);
  expect((await get('/v1/mesh/events', dashboard)).status).toBe(403);
});
