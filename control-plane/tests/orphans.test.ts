import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { EdgeMediaClients } from '../src/adapters/edge/edge-media-client.ts';
import type { ControlPlane } from '../src/context.ts';
import { newMeeting, newToken } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { dtls, joinWith, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

let mesh: TestMesh;
let replica: ControlPlane;
let europe: FakeEdge;
let australia: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create({ timing: { lookForOrphansEveryMs: 1_000, edgeCallTimeoutMs: 1_000 } });
  europe = await mesh.edge('europe', 'eu-central-1');
  australia = await mesh.edge('australia', 'ap-southeast-2');
  replica = await mesh.replica();
  await mesh.untilHeard([replica], ['europe', 'australia']);
  europe.mediaGetsThrough = false;
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

it('closes a session that is nobody’s, and leaves those that are somebody’s', async () => {
  const meetingId = await newMeeting(replica.httpAddress);
  const ada = await joined(mesh, replica, meetingId, 'Ada');
  // As a replica does that dies before it writes down who is there.
  using media = new EdgeMediaClients({
    credentials: credentials.createInsecure(),
    callTimeoutMs: 3_000,
    probeTimeoutMs: 1_000,
    addressOf: () => europe.mediaAddress,
  });
  await media.openSession('europe', {
    meetingId,
    participantId: 'nobody',
    rtpCapabilities: undefined,
    dtlsParameters: dtls,
    acceptsBackupConsumers: false,
    canPublish: false,
    targets: [],
    routes: undefined,
  });
  expect(europe.session(meetingId, 'nobody')).toBeDefined();
  await expect.poll(() => europe.session(meetingId, 'nobody'), { timeout: 15_000 }).toBeUndefined();
  expect(europe.session(meetingId, ada.participantId)).toBeDefined();
});

it('closes at once what an edge opened and told too late', async () => {
  const meetingId = await newMeeting(replica.httpAddress);
  const { token, participantId } = await newToken(replica.httpAddress, meetingId, 'Ben', 'host');
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  onTestFinished(() => {
    australia.untilOpened = Promise.resolve();
    answer();
  });
  australia.untilOpened = promise;
  const client = await mesh.client(replica);
  const { joined: there } = await client.ask({ join: joinWith(token, sydney) });
  expect(there?.edge?.id).toBe('europe');
  // Media gets through there, so that nobody looks for it: it was closed by who had asked for it.
  await expect.poll(() => australia.session(meetingId, participantId)).toBeUndefined();
});
