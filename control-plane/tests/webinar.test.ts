import type { MeetingEvent } from '@canopy/proto/signal';
import { describe, expect, it } from 'vitest';
import { keySecretsOf } from '../src/adapters/crypto/api-key-secrets.ts';
import { joinTokens } from '../src/adapters/crypto/join-tokens.ts';
import type { ControlPlane } from '../src/context.ts';
import type { RoleName } from '../src/core/meeting/roles.ts';
import { mostParticipants } from '../src/core/meeting/state.ts';
import { call, codeOf, newMeeting, testApiKey } from '../src/testing/api.ts';
import { camera, joinWith, microphone } from '../src/testing/media.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { joined, type Person, published } from '../src/testing/people.ts';
import type { SignalClient } from '../src/testing/signal-client.ts';

const pair = pairForTests({ timing: { tellCountsEveryMs: 100 } });

const newWebinar = () => newMeeting(pair.one.httpAddress, { mode: 'webinar' });
const attendee = (meetingId: string, name: string, replica = pair.one) =>
  joined(pair.mesh, replica, meetingId, name, { role: 'attendee' });
const sequenceOf = ({ position }: MeetingEvent) => position?.sequence ?? 0;
const sequences = (client: SignalClient) => client.events().map(sequenceOf);
const counts = (client: SignalClient) => client.received.flatMap(({ counts: told }) => told?.attendeeCount ?? []);

/** How many attendees a client knows of. */
function knownCount({ received }: SignalClient): number | undefined {
  const told = received.map(({ reply, snapshot, counts: count }) => count ?? snapshot ?? reply?.joined?.meeting);
  return told.findLast((one) => one !== undefined)?.attendeeCount;
}

async function resumed(replica: ControlPlane, { client: before, answer }: Person) {
  const position = before.events().at(-1)?.position ?? answer.meeting?.position;
  const client = await pair.mesh.client(replica);
  const reply = await client.ask({ resume: { resumeToken: answer.resumeToken, position, restartIce: false } });
  return { client, resumed: reply.resumed };
}

describe('attendees of a webinar', () => {
  it('are shown the stage and told how many they are, on every replica', async () => {
    const meetingId = await newWebinar();
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ann = await attendee(meetingId, 'Ann');
    const ben = await attendee(meetingId, 'Ben', pair.two);
    expect(ben.answer.meeting?.participants.map(({ name }) => name)).toEqual(['Ada']);
    expect(ben.answer.meeting?.attendeeCount).toBe(2);
    for (const { client } of [ann, ben])
      await client.until(({ counts: told }) => told?.attendeeCount === 2 || undefined);
    const track = await published(ada, camera);
    for (const { client } of [ann, ben]) await client.untilEvent(({ trackPublished }) => trackPublished?.id === track);
    for (const { client } of [ann, ben]) {
      expect(client.events().map((event) => event.ofAttendee)).toEqual([undefined]);
    }
    await ben.client.ask({ leave: {} });
    await expect.poll(() => counts(ann.client).at(-1)).toBe(1);
  });

  it('are made known one by one to hosts, cohosts and panelists', async () => {
    const meetingId = await newWebinar();
    const hosts = [
      await joined(pair.mesh, pair.one, meetingId, 'Ada'),
      await joined(pair.mesh, pair.two, meetingId, 'Cleo', { role: 'cohost' }),
      await joined(pair.mesh, pair.two, meetingId, 'Paul', { role: 'panelist' }),
    ];
    const ann = await attendee(meetingId, 'Ann');
    await ann.client.ask({ leave: {} });
    for (const { client } of hosts) {
      await client.untilEvent(({ participantLeft }) => participantLeft?.participantId === ann.participantId);
      const told = client.events().filter(({ ofAttendee }) => ofAttendee === true);
      expect(told.map(({ participantJoined }) => participantJoined?.name)).toEqual(['Ann', undefined]);
      expect(counts(client)).toEqual([]);
    }
  });

  it('are listed a page at a time, in the order in which they came', async () => {
    const meetingId = await newWebinar();
    const ada = await joined(pair.mesh, pair.two, meetingId, 'Ada');
    const names = ['Ann', 'Ben', 'Cem', 'Dora', 'Emil'];
    for (const name of names) await attendee(meetingId, name);
    const pages: string[][] = [];
    let cursor = '';
    do {
      const { attendeePage } = await ada.client.ask({ listAttendees: { cursor, limit: 2 } });
      pages.push(attendeePage?.attendees.map(({ name }) => name) ?? []);
      cursor = attendeePage?.nextCursor ?? '';
    } while (cursor !== '');
    expect(pages).toEqual([['Ann', 'Ben'], ['Cem', 'Dora'], ['Emil']]);
    const path = `/v1/meetings/${meetingId}/attendees`;
    const first = await call(pair.one.httpAddress, 'GET', `${path}?limit=4`);
    const last = await call(pair.one.httpAddress, 'GET', `${path}?limit=4&cursor=${String(first.body.nextCursor)}`);
    expect([first.body, last.body]).toMatchObject([
      { attendees: names.slice(0, 4).map((name) => ({ name, edge: { id: 'europe' } })) },
      { attendees: [{ name: 'Emil' }], nextCursor: null },
    ]);
  });

  it('may not list each other, and others’ keys learn nothing', async () => {
    const meetingId = await newWebinar();
    const ann = await attendee(meetingId, 'Ann');
    expect((await ann.client.ask({ listAttendees: { cursor: '', limit: 0 } })).error?.code).toBe('FORBIDDEN');
    const path = `/v1/meetings/${meetingId}/attendees`;
    const asked = await call(pair.one.httpAddress, 'GET', path, undefined, `Bearer ${ann.token}`);
    expect([asked.status, codeOf(asked)]).toEqual([403, 'FORBIDDEN']);
    const elsewhere = await joined(pair.mesh, pair.one, await newWebinar(), 'Eve');
    const refused = await call(pair.one.httpAddress, 'GET', path, undefined, `Bearer ${elsewhere.token}`);
    expect([refused.status, codeOf(refused)]).toEqual([404, 'MEETING_NOT_FOUND']);
    expect(codeOf(await call(pair.one.httpAddress, 'GET', `${path}?cursor=there`))).toBe('BAD_REQUEST');
    // What counts is what they are now.
    const paul = await joined(pair.mesh, pair.one, meetingId, 'Paul', { role: 'panelist' });
    const asPaul = () => call(pair.one.httpAddress, 'GET', path, undefined, `Bearer ${paul.token}`);
    expect((await asPaul()).status).toBe(200);
    await call(pair.one.httpAddress, 'PATCH', `/v1/meetings/${meetingId}/participants/${paul.participantId}`, {
      role: 'attendee',
    });
    expect(codeOf(await asPaul())).toBe('FORBIDDEN');
    await paul.client.ask({ leave: {} });
    expect(codeOf(await asPaul())).toBe('TOKEN_INVALID');
  });

  it('who go on the stage and back are seen to come and go by each audience', async () => {
    const meetingId = await newWebinar();
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ann = await attendee(meetingId, 'Ann');
    const pat = await attendee(meetingId, 'Pat');
    const joinAs = async (role: RoleName) => {
      const claims = { meetingId, participantId: pat.participantId, name: 'Pat', role, userId: undefined };
      const token = await joinTokens.sign(
        claims,
        { id: testApiKey.id, ...keySecretsOf(testApiKey.secret) },
        Date.now() + 60_000,
      );
      const { joined: answer } = await (await pair.mesh.client(pair.one)).ask({ join: joinWith(token) });
      return answer?.meeting;
    };
    expect(await joinAs('panelist')).toMatchObject({
      attendeeCount: 1,
      participants: [{ name: 'Ada' }, { name: 'Pat' }],
    });
    expect(await joinAs('attendee')).toMatchObject({ attendeeCount: 2, participants: [{ name: 'Ada' }] });
    const aboutPat = ({ client }: Person) =>
      client.events().flatMap(({ participantJoined, participantLeft }) => {
        if (participantJoined?.id === pat.participantId) return 'joined';
        return participantLeft?.participantId === pat.participantId ? participantLeft.reason : [];
      });
    const changed = 'LEAVE_REASON_ROLE_CHANGED';
    await expect.poll(() => aboutPat(ada)).toEqual(['joined', changed, 'joined', changed, 'joined']);
    expect(aboutPat(ann)).toEqual(['joined', changed]);
  });
});

describe('resuming in a webinar', () => {
  it('brings attendees what they are told, nothing lost and nothing twice, however much the audience did meanwhile', async () => {
    const meetingId = await newWebinar();
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ann = await attendee(meetingId, 'Ann');
    await published(ada, camera);
    await ann.client.untilEvent(({ trackPublished }) => trackPublished !== undefined);
    ann.client.cut();
    for (let index = 0; index < 5; index++) {
      const guest = await attendee(meetingId, `Guest ${index}`, pair.two);
      await guest.client.ask({ leave: {} });
    }
    const track = await published(ada, microphone);
    const { client, resumed: answer } = await resumed(pair.two, ann);
    expect(answer?.snapshot).toBeUndefined();
    await ada.client.ask({ setMuted: { trackId: track, muted: true } });
    await client.untilEvent(({ trackUpdated }) => trackUpdated?.muted === true);
    const heard = [...ann.client.events(), ...(answer?.events ?? []), ...client.events()];
    await ada.client.untilEvent(({ trackUpdated }) => trackUpdated?.muted === true);
    const start = ann.answer.meeting?.position?.sequence ?? 0;
    const all = ada.client.events();
    expect(all.map(sequenceOf)).toEqual(all.map((_, index) => sequenceOf(all[0] ?? {}) + index));
    const told = all.filter((event) => event.ofAttendee !== true && sequenceOf(event) > start);
    expect(heard.map(sequenceOf)).toEqual(told.map(sequenceOf));
    expect(heard).toHaveLength(3);
  });

  it('brings hosts everything', async () => {
    const meetingId = await newWebinar();
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ben = await joined(pair.mesh, pair.one, meetingId, 'Ben');
    ben.client.cut();
    const guest = await attendee(meetingId, 'Guest');
    await published(ada, camera);
    await guest.client.ask({ leave: {} });
    const { client, resumed: answer } = await resumed(pair.two, ben);
    await ada.client.ask({ leave: {} });
    await client.untilEvent(({ participantLeft }) => participantLeft?.participantId === ada.participantId);
    const heard = [...ben.client.events(), ...(answer?.events ?? []), ...client.events()].map(sequenceOf);
    const start = ben.answer.meeting?.position?.sequence ?? 0;
    expect(heard).toEqual(heard.map((_, index) => start + 1 + index));
    expect(heard.length).toBeGreaterThanOrEqual(6);
  });

  it('gives a snapshot of the stage when what was missed is no longer kept', async () => {
    const meetingId = await newWebinar();
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ann = await attendee(meetingId, 'Ann');
    ann.client.cut();
    await published(ada, camera);
    await published(ada, microphone);
    await pair.mesh.redis().xtrim(`${pair.mesh.config.namespace}:stage_events:{${meetingId}}`, 'MAXLEN', 1);
    const { resumed: answer } = await resumed(pair.two, ann);
    expect(answer?.events).toEqual([]);
    expect(answer?.snapshot?.participants.map(({ name }) => name)).toEqual(['Ada']);
    expect(answer?.snapshot?.tracks).toHaveLength(2);
  });
});

describe('a full stage', () => {
  it('takes nobody more, but the audience grows', async () => {
    const meetingId = await newWebinar();
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const redis = pair.mesh.redis();
    const participants = `${pair.mesh.config.namespace}:participants:{${meetingId}}`;
    const record = JSON.parse((await redis.hget(participants, ada.participantId)) ?? '');
    const others = Array.from({ length: mostParticipants - 1 }, (_, index) => `panelist ${index}`);
    await redis.hset(participants, Object.fromEntries(others.map((id) => [id, JSON.stringify({ ...record, id })])));
    await expect(joined(pair.mesh, pair.one, meetingId, 'Pat', { role: 'panelist' })).rejects.toThrow('MEETING_FULL');
    await expect.poll(() => pair.europe.sessionsOf(meetingId)).toBe(1);
    const ann = await attendee(meetingId, 'Ann');
    expect(ann.answer.meeting?.attendeeCount).toBe(1);
  });
});

describe('many coming and going at once', () => {
  it('leave hosts and attendees with one complete stream each, and the right count', async () => {
    const meetingId = await newWebinar();
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ann = await attendee(meetingId, 'Ann');
    const guests = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        attendee(meetingId, `Guest ${index}`, index % 2 === 0 ? pair.one : pair.two),
      ),
    );
    const track = await published(ada, microphone);
    await Promise.all(guests.slice(0, 12).map(({ client }) => client.ask({ leave: {} })));
    await ada.client.ask({ unpublish: { trackId: track } });
    for (const { client } of [ada, ann]) {
      await client.untilEvent(({ trackUnpublished }) => trackUnpublished !== undefined);
    }
    await ann.client.until(({ counts: told }) => told?.attendeeCount === 13 || undefined);
    const heard = sequences(ada.client);
    const start = ada.answer.meeting?.position?.sequence ?? 0;
    expect(heard).toEqual(heard.map((_, index) => start + 1 + index));
    expect(sequences(ann.client)).toHaveLength(2);
    const newcomer = await attendee(meetingId, 'Late');
    expect(newcomer.answer.meeting?.attendeeCount).toBe(14);
    const { body } = await call(pair.one.httpAddress, 'GET', `/v1/meetings/${meetingId}`);
    expect(body.participantCount).toBe(15);
    expect(pair.europe.session(meetingId, newcomer.participantId)).toBeDefined();
  });

  it('keep their places when the store forgets: the roster comes back, and so does the count', async () => {
    const meetingId = await newWebinar();
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const ann = await attendee(meetingId, 'Ann', pair.two);
    const ben = await attendee(meetingId, 'Ben');
    await pair.mesh.emptyRedis();
    const cem = await attendee(meetingId, 'Cem');
    await ann.client.until(({ snapshot }) => snapshot);
    for (const { client } of [ann, ben, cem]) await expect.poll(() => knownCount(client)).toBe(3);
    const { attendeePage } = await ada.client.ask({ listAttendees: { cursor: '', limit: 0 } });
    expect(attendeePage?.attendees.map(({ name }) => name).sort()).toEqual(['Ann', 'Ben', 'Cem']);
  });
});
