import { EdgeLifecycle } from '@canopy/proto/bus';
import type { Migrate } from '@canopy/proto/signal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, joinWith, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, type Person, published } from '../src/testing/people.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let australia: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create({ timing: { silentAfterMs: 1_000, reconnectGraceMs: 100 } });
  await mesh.edge('europe', 'eu-central-1');
  australia = await mesh.edge('australia', 'ap-southeast-2');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], ['europe', 'australia']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

async function meshEdge(edgeId: string) {
  const { body } = await call(one.httpAddress, 'GET', '/v1/mesh');
  return (body.edges as { id: string; state: string; load: number }[]).find(({ id }) => id === edgeId);
}

async function stateOf(edgeId: string): Promise<string | undefined> {
  return (await meshEdge(edgeId))?.state;
}

function untilMigrate({ client }: Person): Promise<Migrate> {
  return client.until(({ migrate }) => migrate);
}

async function joinsAgain(person: Person, replica: ControlPlane) {
  const client = await mesh.client(replica);
  const { joined: answer } = await client.ask({ join: joinWith(person.token, sydney) });
  return answer;
}

describe('an edge that starts anew', () => {
  it('opens new sessions for its participants, on every replica; others notice only new tracks', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, one, meetingId, 'Ben', { location: sydney });
    const cleo = await joined(mesh, two, meetingId, 'Cleo', { location: sydney });
    australia.reboot();
    for (const person of [ben, cleo]) {
      const { edge } = await untilMigrate(person);
      expect(edge?.id).toBe('australia');
      expect((await person.client.ask({ migrated: {} })).done).toEqual({});
      expect(australia.session(meetingId, person.participantId)).toBeDefined();
    }
    expect((await ada.client.ask({ ping: {} })).done).toEqual({});
    expect(ada.client.events().filter(({ participantLeft }) => participantLeft !== undefined)).toEqual([]);
  });

  it('has no session for who comes back later: join again', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, one, meetingId, 'Ben', { location: sydney });
    ben.client.cut();
    await ada.client.untilEvent(({ participantUpdated: who }) => who?.id === ben.participantId && !who.connected);
    const before = australia.bootId;
    australia.reboot();
    const { resumeToken } = ben.answer;
    await expect
      .poll(async () => (await joined(mesh, two, meetingId, 'Probe', { location: sydney })).answer.edge?.id)
      .toBe('australia');
    expect(australia.bootId).not.toBe(before);
    const client = await mesh.client(two);
    const { error } = await client.ask({ resume: { resumeToken, position: undefined, restartIce: false } });
    expect(error?.code).toBe('RESUME_REFUSED');
  });
});

describe('a worker that dies', () => {
  it('moves only its own participants', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ben = await joined(mesh, one, meetingId, 'Ben', { location: sydney });
    const cleo = await joined(mesh, two, meetingId, 'Cleo', { location: sydney });
    australia.tell({ workerDied: { worker: 0, sessions: [{ meetingId, participantId: ben.participantId }] } });
    expect((await untilMigrate(ben)).reason).toBe('MIGRATE_REASON_WORKER_LOST');
    expect((await cleo.client.ask({ ping: {} })).done).toEqual({});
    expect(cleo.client.received.some(({ migrate }) => migrate !== undefined)).toBe(false);
  });
});

describe('a lost link', () => {
  it('is told to everybody once, however many replicas heard of it', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, two, meetingId, 'Ben', { location: sydney });
    const track = await published(ada, camera);
    await ben.client.untilEvent(({ trackPublished }) => trackPublished?.id === track);
    australia.tell({ linkLost: { meetingId, parentEdgeId: 'europe' } });
    await ben.client.untilEvent(({ trackUpdated }) => trackUpdated?.id === track);
    const updates = () => ben.client.events().filter(({ trackUpdated }) => trackUpdated !== undefined).length;
    for (const notice of [1, 2]) {
      australia.tell({ trackClosed: { meetingId, trackId: track, notice } });
      await expect.poll(updates).toBe(1 + notice);
    }
    await ada.client.ask({ setMuted: { trackId: track, muted: true } });
    await ben.client.untilEvent(({ trackUpdated }) => trackUpdated?.muted === true);
    expect(updates()).toBe(4);
  });
});

describe('an edge that is not heard of', () => {
  it('gets nobody new while it still answers, and keeps who it has', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ben = await joined(mesh, one, meetingId, 'Ben', { location: sydney });
    australia.fallSilent();
    await expect.poll(() => stateOf('australia')).toBe('dead');
    expect((await joined(mesh, one, meetingId, 'Cleo', { location: sydney })).answer.edge?.id).toBe('europe');
    expect((await ben.client.ask({ publish: camera })).published).toBeDefined();
    australia.beat();
    await expect.poll(() => stateOf('australia')).toBe('ready');
    expect(ben.client.received.some(({ goodbye }) => goodbye !== undefined)).toBe(false);
  });

  it('is dead when it does not answer either; its participants find another one', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ben = await joined(mesh, one, meetingId, 'Ben', { location: sydney });
    australia.unplug();
    australia.fallSilent();
    expect((await untilMigrate(ben)).edge?.id).toBe('europe');
    ben.client.cut();
    await expect.poll(async () => (await joinsAgain(ben, two))?.edge?.id).toBe('europe');
    await australia.serve();
    australia.reboot();
    australia.beat();
    await mesh.untilHeard([one, two], ['australia']);
  });
});

describe('an edge that drains or is full', () => {
  it('gets nobody new until it is ready again', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const nextTo = async () => {
      const { body } = await call(
        one.httpAddress,
        'GET',
        `/v1/meetings/${meetingId}/sfu?latitude=-33.87&longitude=151.21`,
      );
      return (body.edge as { id: string } | undefined)?.id;
    };
    await expect.poll(nextTo).toBe('australia');
    australia.state = EdgeLifecycle.DRAINING;
    await expect.poll(nextTo).toBe('europe');
    expect(await stateOf('australia')).toBe('draining');
    australia.state = EdgeLifecycle.READY;
    await expect.poll(nextTo).toBe('australia');
    australia.load = 0.9;
    await expect.poll(nextTo).toBe('europe');
    australia.load = 0.8;
    await expect.poll(async () => (await meshEdge('australia'))?.load).toBe(0.8);
    expect(await nextTo()).toBe('europe');
    australia.load = 0.1;
    await expect.poll(nextTo).toBe('australia');
  });
});
