import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting, newToken } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, frankfurt, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, type Person, published } from '../src/testing/people.ts';

const regions = ['eu-central-1', 'eu-west-1', 'us-east-1', 'ap-southeast-2'];
const europe = ['eu-central-1', 'eu-west-1'];

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
const edges = new Map<string, FakeEdge>();

beforeAll(async () => {
  mesh = await TestMesh.create();
  for (const region of regions) edges.set(region, await mesh.edge(region, region));
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], regions);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

function change(meetingId: string, body: object, authorization?: string) {
  return call(one.httpAddress, 'PATCH', `/v1/meetings/${meetingId}`, body, authorization);
}

async function follows({ client }: Person) {
  const migrate = await client.until((message) => message.migrate);
  await client.ask({ migrated: {} });
  return migrate;
}

async function plannedEdges(meetingId: string): Promise<Set<string>> {
  const { body } = await call(one.httpAddress, 'GET', `/v1/meetings/${meetingId}/plan`);
  const { cascades } = body as { cascades: { origin: string; nodes: { edgeId: string; parentId: string }[] }[] };
  return new Set(cascades.flatMap(({ nodes }) => nodes.flatMap(({ edgeId, parentId }) => [edgeId, parentId])));
}

describe('a meeting whose media must be elsewhere from now on', () => {
  it('moves those who are where it may not be, on every replica, and nobody else', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
    const ben = await joined(mesh, two, meetingId, 'Ben', { location: sydney });
    expect(ben.answer.edge?.id).toBe('ap-southeast-2');
    const track = await published(ben, camera);
    expect((await change(meetingId, { settings: { allowedRegions: europe } })).status).toBe(200);
    const { edge, reason } = await ben.client.until(({ migrate }) => migrate);
    expect([europe.includes(edge?.id ?? ''), reason]).toEqual([true, 'MIGRATE_REASON_POLICY']);
    await published(ben, { ...camera, trackId: track });
    await follows(ben);
    await ada.client.untilEvent(({ trackUpdated }) => europe.includes(trackUpdated?.originEdgeId ?? ''));
    expect(ada.client.received.some(({ migrate }) => migrate !== undefined)).toBe(false);
    await expect.poll(() => edges.get('ap-southeast-2')?.session(meetingId, ben.participantId)).toBeUndefined();
    const late = await joined(mesh, two, meetingId, 'Eve', { location: sydney });
    expect(europe).toContain(late.answer.edge?.id);
    await change(meetingId, { settings: { allowedRegions: null } });
    const last = await joined(mesh, two, meetingId, 'Zoe', { location: sydney });
    expect(last.answer.edge?.id).toBe('ap-southeast-2');
  });

  it('has no relay there either', async () => {
    const via = { 'ap-southeast-2': 'us-east-1' };
    const meetingId = await newMeeting(one.httpAddress, { settings: { routing: { via } } });
    await joined(mesh, one, meetingId, 'Ada', { location: frankfurt });
    await joined(mesh, one, meetingId, 'Ben', { location: sydney, role: 'attendee' });
    expect(await plannedEdges(meetingId)).toContain('us-east-1');
    const allowedRegions = ['eu-central-1', 'ap-southeast-2'];
    await change(meetingId, { settings: { allowedRegions } });
    await expect.poll(() => plannedEdges(meetingId)).toEqual(new Set(allowedRegions));
  });

  it('tells everybody its new title', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, two, meetingId, 'Ada');
    expect((await change(meetingId, { title: 'Stand-up' })).body).toMatchObject({ title: 'Stand-up', settings: {} });
    await ada.client.untilEvent(({ meetingUpdated }) => meetingUpdated?.title === 'Stand-up');
  });
});

describe('a change that makes no sense', () => {
  it('is refused with a code, and changes nothing', async () => {
    const meetingId = await newMeeting(one.httpAddress, { settings: { note: 'kept' } });
    const { token } = await newToken(one.httpAddress, meetingId);
    const nowhere = await change(meetingId, { settings: { allowedRegions: ['af-south-1'] } });
    expect([nowhere.status, codeOf(nowhere)]).toEqual([503, 'NO_EDGE_AVAILABLE']);
    expect(codeOf(await change(meetingId, { settings: { allowedRegions: 'eu-central-1' } }))).toBe('BAD_REQUEST');
    expect(codeOf(await change(meetingId, { settings: { routing: { maxDepth: 0 } } }))).toBe('BAD_REQUEST');
    expect(codeOf(await change(meetingId, { title: 'Mine' }, `Bearer ${token}`))).toBe('FORBIDDEN');
    expect(codeOf(await change(randomUUID(), {}))).toBe('MEETING_NOT_FOUND');
    expect((await call(one.httpAddress, 'GET', `/v1/meetings/${meetingId}`)).body).toMatchObject({
      settings: { note: 'kept' },
    });
    await call(one.httpAddress, 'POST', `/v1/meetings/${meetingId}/end`);
    expect(codeOf(await change(meetingId, { title: 'Late' }))).toBe('MEETING_ENDED');
  });
});
