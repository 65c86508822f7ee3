import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let edge: FakeEdge;
let elsewhere: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create();
  [edge, elsewhere] = await Promise.all([mesh.edge('europe', 'eu-central-1'), mesh.edge('america', 'us-east-1')]);
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], ['europe', 'america']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

it('what an edge says of the pictures that somebody gets, and of those they send, reaches them, wherever they are connected, and nobody else', async () => {
  const meetingId = await newMeeting(one.httpAddress);
  const ada = await joined(mesh, one, meetingId, 'Ada');
  const ben = await joined(mesh, two, meetingId, 'Ben');
  expect(ben.answer.edge?.id).toBe('europe');
  const { participantId } = ben;
  // The edge that somebody is not on knows of an earlier session at most.
  elsewhere.tell({ picturesLowered: { meetingId, participantId, trackIds: ['earlier'] } });
  edge.tell({ picturesLowered: { meetingId, participantId, trackIds: ['camera'] } });
  await ben.client.until(({ loweredPictures }) => loweredPictures?.trackIds.includes('camera') || undefined);
  edge.tell({ layersNeeded: { meetingId, participantId, trackId: 'own', layers: 2 } });
  await ben.client.until(({ neededLayers }) => neededLayers);
  const told = [ada, ben].map(({ client }) =>
    client.received.flatMap(({ loweredPictures, neededLayers }) => loweredPictures ?? neededLayers ?? []),
  );
  expect(told).toEqual([[], [{ trackIds: ['camera'] }, { trackId: 'own', layers: 2 }]]);
});
