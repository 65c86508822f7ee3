import { setTimeout as delay, setImmediate as settled } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';
import { defaultSignalLimits } from '../src/ws/limits.ts';

const presenceLeaseMs = 1_000;
const graceMs = 1_500;

let mesh: TestMesh;
let replica: ControlPlane;
let europe: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create({
    gated: true,
    timing: {
      presenceLeaseMs,
      graceMs,
      renewPresenceEveryMs: 400,
      sweepEveryMs: 100,
      sweepLapseMs: 500,
      edgeCallTimeoutMs: 30_000,
    },
  });
  europe = await mesh.edge('europe', 'eu-central-1');
  replica = await mesh.replica();
  await mesh.untilHeard([replica], ['europe']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

it('does not end by an outage in which nobody could renew it, however long, but by not coming back after it', async () => {
  const meetingId = await newMeeting(replica.httpAddress);
  const ada = await joined(mesh, replica, meetingId, 'Ada');
  const ben = await joined(mesh, replica, meetingId, 'Ben');
  await mesh.gates.redis.close();
  ben.client.cut();
  // Presence is to run out while Redis, which keeps its memory, can't be reached.
  await delay(2 * presenceLeaseMs);
  await mesh.gates.redis.open();
  const { participantLeft } = await ada.client.untilEvent((event) => event.participantLeft !== undefined);
  expect(participantLeft?.participantId).toBe(ben.participantId);
  expect((await ada.client.ask({ publish: camera })).published).toBeDefined();
  expect(europe.session(meetingId, ada.participantId)).toBeDefined();
});

it('leaves who comes back over another replica what they get there, when their end comes to the edge after that', async () => {
  const other = await mesh.replica();
  await mesh.untilHeard([other], ['europe']);
  const meetingId = await newMeeting(replica.httpAddress);
  const ada = await joined(mesh, replica, meetingId, 'Ada');
  const { promise: closing, resolve: isToClose } = Promise.withResolvers<void>();
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  Object.assign(europe, { onClose: isToClose, untilClosing: closed });
  onTestFinished(() => {
    Object.assign(europe, { onClose: () => {}, untilClosing: Promise.resolve() });
    close();
  });
  ada.client.cut();
  await closing;
  const back = await mesh.client(other);
  const { joined: again } = await back.ask({ join: joinWith(ada.token) });
  expect(again?.participantId).toBe(ada.participantId);
  close();
  await settled();
  expect(europe.session(meetingId, ada.participantId)).toBeDefined();
  back.cut();
});

it('ends in every meeting, whatever an edge takes to close what was left in some', async () => {
  const { promise, resolve: close } = Promise.withResolvers<void>();
  europe.untilClosing = promise;
  onTestFinished(() => {
    europe.untilClosing = Promise.resolve();
    close();
  });
  for (const title of ['first', 'second', 'third']) {
    const meetingId = await newMeeting(replica.httpAddress, { title });
    const ada = await joined(mesh, replica, meetingId, 'Ada');
    const ben = await joined(mesh, replica, meetingId, 'Ben');
    ben.client.cut();
    await ada.client.untilEvent(({ participantLeft }) => participantLeft?.participantId === ben.participantId);
    expect(europe.session(meetingId, ben.participantId)).toBeDefined();
  }
});

it('is in doubt for whoever answers no ping, and for nobody else', async () => {
  const watchful = await mesh.replica({ signalLimits: { ...defaultSignalLimits, pingEveryMs: 400 } });
  await mesh.untilHeard([watchful], ['europe']);
  const meetingId = await newMeeting(watchful.httpAddress);
  const ada = await joined(mesh, watchful, meetingId, 'Ada');
  const ben = await joined(mesh, watchful, meetingId, 'Ben');
  ben.client.ws.pause();
  await ada.client.untilEvent(
    ({ participantUpdated }) => participantUpdated?.name === 'Ben' && participantUpdated.connected === false,
  );
  expect((await ada.client.ask({ ping: {} })).done).toBeDefined();
  ben.client.cut();
});
