import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { newMeeting, newToken } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, frankfurt, joinWith, microphone, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import type { SignalClient } from '../src/testing/signal-client.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let europe: FakeEdge;
let australia: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create();
  europe = await mesh.edge('europe', 'eu-central-1');
  australia = await mesh.edge('australia', 'ap-southeast-2');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], ['europe', 'australia']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

async function joined(replica: ControlPlane, meetingId: string, name: string, location = frankfurt) {
  const { token, participantId } = await newToken(one.httpAddress, meetingId, name);
  const client = await mesh.client(replica);
  const { joined: answer } = await client.ask({ join: joinWith(token, location) });
  if (answer === undefined) throw new Error(`not joined: ${JSON.stringify(client.received)}`);
  return { client, participantId, answer };
}

async function published(client: SignalClient, what: typeof camera): Promise<string> {
  const { published: answer, error } = await client.ask({ publish: what });
  if (answer === undefined) throw new Error(`not published: ${JSON.stringify(error)}`);
  return answer.trackId;
}

describe('joining', () => {
  it('answers once with identity, edge, transports, snapshot and first consumers', async () => {
    const meetingId = await newMeeting(one.httpAddress, { title: 'Standup' });
    const ada = await joined(one, meetingId, 'Ada');
    const track = await published(ada.client, camera);
    const ben = await joined(two, meetingId, 'Ben', sydney);

    expect(ada.answer.edge).toEqual({ id: 'europe', region: 'eu-central-1' });
    expect(ben.answer.edge).toEqual({ id: 'australia', region: 'ap-southeast-2' });
    expect(ben.answer.meeting?.title).toBe('Standup');
    expect(ben.answer.meeting?.participants.map(({ name }) => name).sort()).toEqual(['Ada', 'Ben']);
    expect(ben.answer.consumers.map(({ trackId }) => trackId)).toEqual([track]);
    expect(ben.answer.sendTransport).toBeDefined();
    expect(australia.routes.get(meetingId)?.routes).toMatchObject([
      { originEdgeId: 'europe', parent: { edgeId: 'europe' } },
    ]);
    await ada.client.untilEvent(({ participantJoined }) => participantJoined?.name === 'Ben');
    await expect.poll(() => europe.routes.get(meetingId)?.routes.length).toBe(1);
  });

  it('brings events to every replica, each once and in order', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(one, meetingId, 'Ada');
    const ben = await joined(two, meetingId, 'Ben', sydney);
    const track = await published(ada.client, camera);
    await published(ada.client, microphone);
    const { subscribed } = await ben.client.ask({
      subscribe: {
        wants: [
          { trackId: track, width: 100, height: 100, priority: 1 },
          { trackId: 'nobody', width: 0, height: 0, priority: 1 },
        ],
      },
    });
    expect(subscribed?.added).toMatchObject([{ trackId: track, paused: true }]);
    expect(subscribed?.refused).toMatchObject([{ trackId: 'nobody', reason: { code: 'TRACK_NOT_FOUND' } }]);
    await ada.client.ask({ setMuted: { trackId: track, muted: true } });
    await ada.client.ask({ unpublish: { trackId: track } });
    await ada.client.ask({ leave: {} });
    await ben.client.untilEvent(({ participantLeft }) => participantLeft !== undefined);
    const start = ben.answer.meeting?.position?.sequence ?? 0;
    const sequences = ben.client.events().map(({ position }) => position?.sequence);
    expect(sequences).toEqual(sequences.map((_, index) => start + 1 + index));
    expect(sequences.length).toBe(6);
  });
});
