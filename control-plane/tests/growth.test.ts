import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

const australia = ['sydney-1', 'sydney-2'];

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let first: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('frankfurt', 'eu-central-1');
  first = await mesh.edge('sydney-1', 'ap-southeast-2');
  await mesh.edge('sydney-2', 'ap-southeast-2');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], ['frankfurt', ...australia]);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

/** Edge → its parent in the cascade from Frankfurt. */
async function parents(meetingId: string): Promise<Record<string, string>> {
  const { body } = await call(one.httpAddress, 'GET', `/v1/meetings/${meetingId}/plan`);
  const { cascades } = body as { cascades: { nodes: { edgeId: string; parentId: string }[] }[] };
  return Object.fromEntries(cascades.flatMap(({ nodes }) => nodes.map(({ edgeId, parentId }) => [edgeId, parentId])));
}

async function untilLoad(load: number): Promise<void> {
  first.load = load;
  for (const { httpAddress } of [one, two]) {
    const edges = expect.arrayContaining([expect.objectContaining({ id: 'sydney-1', load })]);
    await expect.poll(async () => (await call(httpAddress, 'GET', '/v1/mesh')).body).toMatchObject({ edges });
  }
}

describe('a region whose edge fills up', () => {
  it('gets a further edge, fed inside the region: still one copy comes from afar', async () => {
    const meetingId = await newMeeting(one.httpAddress, { mode: 'webinar' });
    await joined(mesh, one, meetingId, 'Ada');
    const comes = async (name: string, replica: ControlPlane) => {
      const { answer } = await joined(mesh, replica, meetingId, name, { location: sydney, role: 'attendee' });
      return answer.edge?.id;
    };
    expect([await comes('Ben', one), await comes('Cleo', two)]).toEqual(['sydney-1', 'sydney-1']);
    expect(await parents(meetingId)).toEqual({ 'sydney-1': 'frankfurt' });
    await untilLoad(0.8);
    expect([await comes('Dan', two), await comes('Eve', one)]).toEqual(['sydney-2', 'sydney-2']);
    expect(await parents(meetingId)).toEqual({ 'sydney-1': 'frankfurt', 'sydney-2': 'sydney-1' });
    await untilLoad(0.95);
    expect(await comes('Fay', one)).toBe('sydney-2');
    const fed = await parents(meetingId);
    expect(australia.filter((id) => fed[id] === 'frankfurt')).toHaveLength(1);
  });
});
