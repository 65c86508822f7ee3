import { Moderation } from '@canopy/proto/moderation';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { EdgeMediaClients } from '../src/adapters/edge/edge-media-client.ts';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting, newToken } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { dtls, joinWith, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

let mesh: TestMesh;
let replica: ControlPlane;
let europe: FakeEdge;
let australia: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create({ timing: { lookForOrphansEveryMs: 1_000 } });
  europe = await mesh.edge('europe', 'eu-central-1');
  australia = await mesh.edge('australia', 'ap-southeast-2');
  replica = await mesh.replica();
  await mesh.untilHeard([replica], ['europe', 'australia']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

/** Opens a session as a replica does that dies before it writes down who is there, or after it wrote down that they left. */
async function openFor(participantId: string, edge: FakeEdge, meetingId: string): Promise<void> {
  using media = new EdgeMediaClients({
    credentials: credentials.createInsecure(),
    callTimeoutMs: 3_000,
    probeTimeoutMs: 1_000,
    addressOf: () => edge.mediaAddress,
    isDead: () => false,
  });
  await media.openSession(edge.id, {
    meetingId,
    participantId,
    rtpCapabilities: undefined,
    dtlsParameters: dtls,
    acceptsBackupConsumers: false,
    canPublish: false,
    targets: [],
    routes: undefined,
  });
  expect(edge.session(meetingId, participantId)).toBeDefined();
}

/** Waits until a session that is nobody's was found on an edge: all others there were looked at as well. */
async function untilFound(edge: FakeEdge, meetingId: string): Promise<void> {
  await openFor('nobody', edge, meetingId);
  await expect.poll(() => edge.session(meetingId, 'nobody'), { timeout: 15_000 }).toBeUndefined();
}

it.each([
  ['over which no media came', false],
  ['over which media comes', true],
])('closes a session %s that is nobody’s, and leaves those that are somebody’s', async (_, mediaGetsThrough) => {
  europe.mediaGetsThrough = mediaGetsThrough;
  onTestFinished(() => {
    europe.mediaGetsThrough = true;
  });
  const meetingId = await newMeeting(replica.httpAddress);
  const ada = await joined(mesh, replica, meetingId, 'Ada');
  await untilFound(europe, meetingId);
  expect(europe.session(meetingId, ada.participantId)).toBeDefined();
});

it('leaves the session that somebody is about to move away from, and the one it moves to', async () => {
  const meetingId = await newMeeting(replica.httpAddress);
  const { client, participantId } = await joined(mesh, replica, meetingId, 'Ada', { location: sydney });
  onTestFinished(async () => void (await call(replica.httpAddress, 'POST', '/v1/edges/australia/undrain')));
  await call(replica.httpAddress, 'POST', '/v1/edges/australia/drain');
  const { edge } = await client.until(({ migrate }) => migrate);
  expect(edge?.id).toBe('europe');
  await Promise.all([europe, australia].map((one) => untilFound(one, meetingId)));
  expect([europe, australia].map((one) => one.session(meetingId, participantId) !== undefined)).toEqual([true, true]);
});

it('closes the session of who was banned while the edge did not answer, and whose client stays', async () => {
  const meetingId = await newMeeting(replica.httpAddress);
  const [ada, ben] = [
    await joined(mesh, replica, meetingId, 'Ada'),
    await joined(mesh, replica, meetingId, 'Ben', { role: 'panelist' }),
  ];
  europe.unplug();
  const { error } = await ada.client.ask({
    moderate: { participantId: ben.participantId, moderation: Moderation.BAN },
  });
  expect(error).toBeUndefined();
  expect(europe.session(meetingId, ben.participantId)).toBeDefined();
  await europe.serve();
  await expect.poll(() => europe.session(meetingId, ben.participantId), { timeout: 20_000 }).toBeUndefined();
  expect(europe.session(meetingId, ada.participantId)).toBeDefined();
});

it('closes at once what an edge opened and told too late', async () => {
  // Nobody looks for it there: it is closed by who had asked for it.
  await using calm = await TestMesh.create({ timing: { edgeCallTimeoutMs: 3_000 } });
  await calm.edge('europe', 'eu-central-1');
  const slow = await calm.edge('australia', 'ap-southeast-2');
  const one = await calm.replica();
  await calm.untilHeard([one], ['europe', 'australia']);
  const meetingId = await newMeeting(one.httpAddress);
  const { token, participantId } = await newToken(one.httpAddress, meetingId, 'Ben', 'host');
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  onTestFinished(() => answer());
  slow.untilOpened = promise;
  const client = await calm.client(one);
  const { joined: there } = await client.ask({ join: joinWith(token, sydney) });
  expect(there?.edge?.id).toBe('europe');
  await expect.poll(() => slow.session(meetingId, participantId)).toBeUndefined();
});
