import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';
import { StandingStill } from '../src/testing/standing-still.ts';

let mesh: TestMesh;
let replica: ControlPlane;
let europe: FakeEdge;
let australia: FakeEdge;

beforeAll(async () => {
  // Whoever waits for an edge that stands still waits too long for these tests.
  mesh = await TestMesh.create({ timing: { silentAfterMs: 1_000, reconnectGraceMs: 100, edgeCallTimeoutMs: 600_000 } });
  europe = await mesh.edge('europe', 'eu-central-1');
  australia = await mesh.edge('australia', 'ap-southeast-2');
  replica = await mesh.replica();
  await mesh.untilHeard([replica], ['europe', 'australia']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

it('an edge that stands still does not hold up who is being moved away from it, whatever they ask of it meanwhile', async () => {
  const meetingId = await newMeeting(replica.httpAddress);
  const ben = await joined(mesh, replica, meetingId, 'Ben', { location: sydney });
  expect(ben.answer.edge?.id).toBe('australia');
  const opening = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  europe.onOpen = opening.resolve;
  europe.untilOpened = opened.promise;
  australia.unplug();
  await using _still = await StandingStill.at(australia.mediaAddress);
  australia.fallSilent();
  await opening.promise;
  const { error } = await ben.client.ask({ restartIce: {} });
  expect(error?.code).toBe('EDGE_UNREACHABLE');
  const subscribed = await ben.client.ask({ subscribe: { wants: [] } });
  expect(subscribed.error?.code).toBe('EDGE_UNREACHABLE');
  opened.resolve();
  expect((await ben.client.until(({ migrate }) => migrate)).edge?.id).toBe('europe');
});
