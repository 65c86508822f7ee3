import { systemClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { describe, expect, it } from 'vitest';
import { NatsBus } from '../src/adapters/nats/bus.ts';
import type { ControlPlane } from '../src/context.ts';
import { newMeeting } from '../src/testing/api.ts';
import { camera, microphone } from '../src/testing/media.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { joined, type Person, published } from '../src/testing/people.ts';
import { untilRenewed } from '../src/testing/presence.ts';
import type { SignalClient } from '../src/testing/signal-client.ts';

const pair = pairForTests({ timing: { renewPresenceEveryMs: 200, sweepEveryMs: 100 } });

/** One more, which gives up soon whoever it lost. */
async function hastyReplica(): Promise<ControlPlane> {
  const timing = { ...pair.mesh.config.timing, graceMs: 400, presenceLeaseMs: 4_000 };
  const replica = await pair.mesh.replica({}, { timing });
  await pair.mesh.untilHeard([replica], ['europe']);
  return replica;
}

function lastPosition({ client, answer }: Person) {
  return client.events().at(-1)?.position ?? answer.meeting?.position;
}

async function resumed(replica: ControlPlane, person: Person, restartIce = false) {
  const client: SignalClient = await pair.mesh.client(replica);
  const reply = await client.ask({
    resume: { resumeToken: person.answer.resumeToken, position: lastPosition(person), restartIce },
  });
  return { client, reply };
}

describe('resuming', () => {
  it('brings what was missed to another replica: no event lost, none twice', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ben = await joined(pair.mesh, pair.one, meetingId, 'Ben');
    await published(ada, camera);
    await ben.client.untilEvent(({ trackPublished }) => trackPublished !== undefined);
    ben.client.cut();
    const track = await published(ada, microphone);
    await ada.client.untilEvent(({ participantUpdated }) => participantUpdated?.connected === false);

    const { client, reply } = await resumed(pair.two, ben);
    expect(reply.resumed?.snapshot).toBeUndefined();
    await ada.client.ask({ setMuted: { trackId: track, muted: true } });
    await client.untilEvent(({ trackUpdated }) => trackUpdated?.muted === true);
    const all = [...ben.client.events(), ...(reply.resumed?.events ?? []), ...client.events()];
    const start = ben.answer.meeting?.position?.sequence ?? 0;
    expect(all.map(({ position }) => position?.sequence)).toEqual(all.map((_, index) => start + 1 + index));
    expect(all.filter(({ trackPublished }) => trackPublished !== undefined)).toHaveLength(2);
  });

  it('hands out the next token, and takes the one before only until that is used', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const withToken = async (resumeToken: string) => {
      const client = await pair.mesh.client(pair.two);
      return {
        client,
        reply: await client.ask({ resume: { resumeToken, position: lastPosition(ada), restartIce: false } }),
      };
    };
    const lost = await withToken(ada.answer.resumeToken);
    const again = await withToken(ada.answer.resumeToken);
    expect(again.reply.resumed?.resumeToken).not.toBe(ada.answer.resumeToken);
    expect((await withToken(lost.reply.resumed?.resumeToken ?? '')).reply.error?.code).toBe('RESUME_REFUSED');
    expect((await withToken(again.reply.resumed?.resumeToken ?? '')).reply.resumed).toBeDefined();
    const used = await withToken(ada.answer.resumeToken);
    expect(used.reply.error?.code).toBe('RESUME_REFUSED');
    expect((await used.client.closed).code).toBe(4410);
  });

  it('closes the connection that is still open, on whichever replica it is', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const { client } = await resumed(pair.two, ada);
    expect(await ada.client.untilGoodbye()).toBe('REPLACED');
    await ada.client.closed;
    expect((await client.ask({ publish: camera })).published).toBeDefined();
  });

  it('restarts ICE in the same answer', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    ada.client.cut();
    const { reply } = await resumed(pair.two, ada, true);
    expect(reply.resumed?.ice?.receive?.usernameFragment).toBeTruthy();
    expect(pair.europe.session(meetingId, ada.participantId)?.iceRestarts).toBe(1);
  });

  it('gives a snapshot to who knows another generation of the stream', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const client = await pair.mesh.client(pair.two);
    const { resumed: answer } = await client.ask({
      resume: {
        resumeToken: ada.answer.resumeToken,
        position: { generation: 'of another time', sequence: 1 },
        restartIce: false,
      },
    });
    expect(answer?.events).toEqual([]);
    expect(answer?.snapshot?.participants.map(({ name }) => name)).toEqual(['Ada']);
  });

  it('is refused with a token that was made up', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const client = await pair.mesh.client(pair.one);
    const resumeToken = `${meetingId}.${ada.participantId}.guess`;
    const { error } = await client.ask({ resume: { resumeToken, position: undefined, restartIce: false } });
    expect(error?.code).toBe('RESUME_REFUSED');
  });
});

describe('a participant whose connection is lost', () => {
  it('leaves after the grace time, once, with tracks and media session', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ben = await joined(pair.mesh, await hastyReplica(), meetingId, 'Ben');
    await published(ben, camera);
    ben.client.cut();
    const { participantLeft } = await ada.client.untilEvent((event) => event.participantLeft !== undefined);
    expect(participantLeft).toEqual({ participantId: ben.participantId, reason: 'LEAVE_REASON_CONNECTION_LOST' });
    await expect.poll(() => pair.europe.session(meetingId, ben.participantId)).toBeUndefined();
    const kinds = ada.client.events().map((event) => Object.keys(event).find((name) => name !== 'position'));
    expect(kinds).toEqual([
      'participantJoined',
      'trackPublished',
      'participantUpdated',
      'trackUnpublished',
      'participantLeft',
    ]);
    expect((await resumed(pair.one, ben)).reply.error?.code).toBe('RESUME_REFUSED');
  });

  it('stays while its connection lives, however long', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    await untilRenewed(pair.mesh, meetingId, ada.participantId);
    expect((await ada.client.ask({ ping: {} })).done).toEqual({});
  });

  it('stays when a connection is announced late that was before it', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const { natsUrl: url, namespace } = pair.mesh.config;
    const stalled = { url, namespace, replicaId: 'stalled', connectTimeoutMs: 5_000 };
    await using bus = await NatsBus.connect(stalled, systemClock, silentLogger);
    bus.announceReplaced(meetingId, ada.participantId, 'before');
    // By then the server has it, and passes it on before what comes next.
    await bus.serverVersion();
    const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben');
    await ada.client.untilEvent(({ participantJoined }) => participantJoined?.id === ben.participantId);
    await untilRenewed(pair.mesh, meetingId, ada.participantId);
    expect((await ada.client.ask({ publish: camera })).published).toBeDefined();
    expect(ada.client.received.some(({ goodbye }) => goodbye !== undefined)).toBe(false);
  });

  it('gets the answer to its leave however long its edge takes to let go of it', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ben = await joined(pair.mesh, pair.one, meetingId, 'Ben');
    const { promise, resolve } = Promise.withResolvers<void>();
    pair.europe.untilClosing = promise;
    try {
      const answer = ada.client.ask({ leave: {} });
      await ben.client.untilEvent(({ participantLeft }) => participantLeft?.participantId === ada.participantId);
      await untilRenewed(pair.mesh, meetingId, ben.participantId);
      await untilRenewed(pair.mesh, meetingId, ben.participantId);
      resolve();
      expect((await answer).done).toEqual({});
      expect((await ada.client.closed).code).toBe(1000);
    } finally {
      resolve();
    }
  });

  it('leaves too when the replica that held its connection is gone', async () => {
    const doomed = await hastyReplica();
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ben = await joined(pair.mesh, doomed, meetingId, 'Ben');
    await doomed[Symbol.asyncDispose]();
    expect(await ben.client.untilGoodbye()).toBe('SHUTTING_DOWN');
    expect((await ben.client.closed).code).toBe(1012);
    const { participantLeft } = await ada.client.untilEvent((event) => event.participantLeft !== undefined);
    expect(participantLeft?.participantId).toBe(ben.participantId);
  });

  it('comes back elsewhere when its replica stops, and nobody noticed', async () => {
    const doomed = await pair.mesh.replica();
    await pair.mesh.untilHeard([doomed], ['europe']);
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ben = await joined(pair.mesh, doomed, meetingId, 'Ben');
    await doomed[Symbol.asyncDispose]();
    await ben.client.closed;
    const { reply } = await resumed(pair.two, ben);
    expect(reply.resumed).toBeDefined();
    await ada.client.ask({ ping: {} });
    expect(ada.client.events()).toHaveLength(1);
  });
});
