import type { Migrate } from '@canopy/proto/signal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, microphone, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, type Person, published } from '../src/testing/people.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let europe: FakeEdge;
let australia: FakeEdge;

beforeAll(async () => {
  // A killed edge is told by its broken connections: its silence would be noticed too late for any of these tests.
  mesh = await TestMesh.create({ timing: { silentAfterMs: 30_000 } });
  europe = await mesh.edge('europe', 'eu-central-1');
  australia = await mesh.edge('australia', 'ap-southeast-2');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], ['europe', 'australia']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

function untilMigrate({ client }: Person): Promise<Migrate> {
  return client.until(({ migrate }) => migrate);
}

async function loseWorker(meetingId: string, { participantId }: Person): Promise<void> {
  australia.forget(meetingId, participantId);
  australia.tell({ workerDied: { worker: 0, sessions: [{ meetingId, participantId }] } });
}

/** Ben on an edge that is then killed, with a camera that Ada watches. */
async function benOnALostEdge(replica = two) {
  const meetingId = await newMeeting(one.httpAddress);
  const ada = await joined(mesh, one, meetingId, 'Ada');
  const ben = await joined(mesh, replica, meetingId, 'Ben', { location: sydney });
  const track = await published(ben, camera);
  await ada.client.untilEvent(({ trackPublished }) => trackPublished?.id === track);
  const wants = [{ trackId: track, width: 640, height: 360, priority: 1 }];
  await ada.client.ask({ subscribe: { wants } });
  return { meetingId, ada, ben, track, wants };
}

async function bringBack(): Promise<void> {
  await australia.serve();
  australia.reboot();
  australia.beat();
  await mesh.untilHeard([one, two], ['europe', 'australia']);
}

describe('a participant whose edge is killed', () => {
  it('is brought to another one and takes its tracks along under their ids', async () => {
    const { meetingId, ada, ben, track, wants } = await benOnALostEdge();
    australia.kill();
    const { edge, sendTransport, receiveTransport, reason } = await untilMigrate(ben);
    expect([edge?.id, reason]).toEqual(['europe', 'MIGRATE_REASON_EDGE_LOST']);
    expect([sendTransport, receiveTransport]).not.toContain(undefined);
    expect(await published(ben, { ...camera, trackId: track })).toBe(track);
    const moved = await ada.client.untilEvent(({ trackUpdated }) => trackUpdated?.originEdgeId === 'europe');
    expect(moved.trackUpdated?.id).toBe(track);
    const { subscribed } = await ada.client.ask({ subscribe: { wants } });
    expect(subscribed?.refused).toEqual([]);
    const session = europe.session(meetingId, ada.participantId);
    expect(session?.targets.get(track)?.originEdgeId).toBe('europe');
    expect((await ben.client.ask({ migrated: {} })).done).toEqual({});
    await ada.client.untilEvent(
      ({ participantUpdated: who }) => who?.id === ben.participantId && who.edgeId === 'europe',
    );
    expect((await ben.client.ask({ publish: microphone })).published).toBeDefined();
    const there = europe.session(meetingId, ben.participantId);
    expect(there?.tracks.size).toBe(2);
    expect(there?.request).toMatchObject({ canPublish: true, acceptsBackupConsumers: true });
    await bringBack();
  });

  it('goes on with its move on another replica when it loses its connection in between', async () => {
    const { meetingId, ben, track } = await benOnALostEdge();
    australia.kill();
    await untilMigrate(ben);
    ben.client.cut();
    const client = await mesh.client(one);
    const { resumeToken } = ben.answer;
    const { resumed } = await client.ask({ resume: { resumeToken, position: undefined, restartIce: false } });
    expect(resumed?.resumeToken).toBeDefined();
    expect((await client.ask({ publish: { ...camera, trackId: track } })).published?.trackId).toBe(track);
    expect((await client.ask({ migrated: {} })).done).toEqual({});
    expect(europe.session(meetingId, ben.participantId)?.tracks.has(track)).toBe(true);
    await client.untilEvent(({ trackUpdated }) => trackUpdated?.originEdgeId === 'europe');
    expect(client.events().some(({ trackUnpublished }) => trackUnpublished !== undefined)).toBe(false);
    await bringBack();
  });

  it('is told once more where to go when it comes back without knowing', async () => {
    const { meetingId, ben, track } = await benOnALostEdge();
    australia.kill();
    await untilMigrate(ben);
    const opened = europe.session(meetingId, ben.participantId);
    ben.client.cut();
    const client = await mesh.client(one);
    const resume = { resumeToken: ben.answer.resumeToken, position: undefined, restartIce: true, edgeId: 'australia' };
    const { resumed } = await client.ask({ resume });
    // Nothing can be restarted where its media is.
    expect([resumed?.resumeToken, resumed?.ice]).toEqual([expect.any(String), undefined]);
    const { edge, sendTransport, receiveTransport, reason } = await client.until(({ migrate }) => migrate);
    expect([edge?.id, reason]).toEqual(['europe', 'MIGRATE_REASON_EDGE_LOST']);
    expect([sendTransport, receiveTransport]).not.toContain(undefined);
    expect(europe.session(meetingId, ben.participantId)).toBe(opened);
    expect((await client.ask({ publish: { ...camera, trackId: track } })).published?.trackId).toBe(track);
    expect((await client.ask({ migrated: {} })).done).toEqual({});
    await bringBack();
  });

  it('is told nothing more when it knows where it goes', async () => {
    const { ben } = await benOnALostEdge();
    australia.kill();
    await untilMigrate(ben);
    ben.client.cut();
    const client = await mesh.client(one);
    const resume = { resumeToken: ben.answer.resumeToken, position: undefined, restartIce: true, edgeId: 'europe' };
    expect((await client.ask({ resume })).resumed?.ice).toBeDefined();
    await client.ask({ ping: {} });
    expect(client.received.some(({ migrate }) => migrate !== undefined)).toBe(false);
    expect((await client.ask({ migrated: {} })).done).toEqual({});
    await bringBack();
  });

  it('is told to join again when it does not follow', async () => {
    const timing = { ...mesh.config.timing, migrationDeadlineMs: 700 };
    const hasty = await mesh.replica({}, { timing });
    await mesh.untilHeard([hasty], ['europe', 'australia']);
    const { ben } = await benOnALostEdge(hasty);
    australia.kill();
    await untilMigrate(ben);
    expect(await ben.client.untilGoodbye()).toBe('EDGE_UNREACHABLE');
    await bringBack();
  });
});

describe('a participant whose worker died', () => {
  it('stays on its edge, and what it does not take along is gone', async () => {
    const { meetingId, ada, ben, track } = await benOnALostEdge();
    const sound = await published(ben, microphone);
    await loseWorker(meetingId, ben);
    const { edge, reason } = await untilMigrate(ben);
    expect([edge?.id, reason]).toEqual(['australia', 'MIGRATE_REASON_WORKER_LOST']);
    await published(ben, { ...camera, trackId: track });
    await ada.client.untilEvent(({ trackUpdated }) => trackUpdated?.id === track);
    expect((await ben.client.ask({ unpublish: { trackId: sound } })).done).toEqual({});
    expect((await ben.client.ask({ migrated: {} })).done).toEqual({});
    expect(australia.session(meetingId, ben.participantId)?.tracks.has(track)).toBe(true);
  });

  it('gets another session than it had, also where that is still there', async () => {
    const { meetingId, ben } = await benOnALostEdge();
    const before = australia.session(meetingId, ben.participantId);
    expect(before).toBeDefined();
    australia.tell({ workerDied: { worker: 0, sessions: [{ meetingId, participantId: ben.participantId }] } });
    expect((await untilMigrate(ben)).edge?.id).toBe('australia');
    expect(australia.session(meetingId, ben.participantId)).not.toBe(before);
  });
});

describe('moving a track', () => {
  it('is refused for a track of somebody else, and for one of another kind', async () => {
    const { ada, ben, track } = await benOnALostEdge();
    expect((await ada.client.ask({ publish: { ...camera, trackId: track } })).error?.code).toBe('TRACK_NOT_FOUND');
    const wrong = await ben.client.ask({ publish: { ...microphone, trackId: track } });
    expect(wrong.error?.code).toBe('INVALID_MEDIA_PARAMETERS');
  });
});
