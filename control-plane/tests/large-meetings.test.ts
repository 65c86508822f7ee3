import { randomUUID } from 'node:crypto';
import { BreakoutPhase } from '@canopy/proto/breakouts';
import { ChatScope } from '@canopy/proto/chat';
import type { ClientMessage, MeetingEvent } from '@canopy/proto/signal';
import { describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting } from '../src/testing/api.ts';
import { camera, joinWith, microphone } from '../src/testing/media.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { giveRole, joined, type Person, published } from '../src/testing/people.ts';
import type { SignalClient } from '../src/testing/signal-client.ts';

const mostListed = 3;
const pair = pairForTests({ config: { mostListed }, timing: { tellCountsEveryMs: 100, compareStreamsEveryMs: 200 } });

const panelist = (meetingId: string, name: string, replica = pair.one) =>
  joined(pair.mesh, replica, meetingId, name, { role: 'panelist' });

/** A meeting whose list is full, with its host Ada and with Ben and Cem, and these people after them. */
async function fullMeeting(...names: string[]) {
  const meetingId = await newMeeting(pair.one.httpAddress);
  const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
  const ben = await panelist(meetingId, 'Ben');
  const cem = await panelist(meetingId, 'Cem', pair.two);
  const crowd: Person[] = [];
  for (const name of names) crowd.push(await panelist(meetingId, name, crowd.length % 2 === 0 ? pair.one : pair.two));
  return { meetingId, ada, ben, cem, crowd };
}

const namesIn = (answer: Person['answer']) => answer.meeting?.participants.map(({ name }) => name).sort();
const sequenceOf = ({ position }: MeetingEvent) => position?.sequence ?? 0;
const countsOf = (client: SignalClient) => client.received.flatMap(({ counts }) => counts?.attendeeCount ?? []);

/** How many a client knows to be in the crowd. */
function knownCount({ received }: SignalClient): number | undefined {
  const told = received.map(({ counts, snapshot, reply }) => counts ?? snapshot ?? reply?.joined?.meeting);
  return told.findLast((one) => one !== undefined)?.attendeeCount;
}

/** What somebody heard about a person, in order. */
function heardAbout({ client }: Person, { participantId }: Person): string[] {
  return client.events().flatMap((event) => {
    const { ofAttendee, participantJoined, participantLeft, trackPublished, handRaised } = event;
    const of = ofAttendee === true ? ' of the crowd' : '';
    if (participantJoined?.id === participantId) return `joined${of}`;
    if (participantLeft?.participantId === participantId) return `${participantLeft.reason}${of}`;
    if (trackPublished?.participantId === participantId) return 'published';
    return handRaised?.participantId === participantId ? 'raised' : [];
  });
}

async function crowdOf(client: SignalClient): Promise<string[] | undefined> {
  const { attendeePage } = await client.ask({ listAttendees: { cursor: '', limit: 0 } });
  return attendeePage?.attendees.map(({ name }) => name);
}

async function done({ client }: Person, request: Omit<ClientMessage, 'id'>): Promise<void> {
  expect((await client.ask(request)).error).toBeUndefined();
}

async function resumed(replica: ControlPlane, { client: before, answer }: Person) {
  const position = before.events().at(-1)?.position ?? answer.meeting?.position;
  const client = await pair.mesh.client(replica);
  const reply = await client.ask({ resume: { resumeToken: answer.resumeToken, position, restartIce: false } });
  return { client, resumed: reply.resumed };
}

const changed = 'LEAVE_REASON_ROLE_CHANGED';

describe('who comes to a meeting whose list is full', () => {
  it('is counted: hosts are told of each, everybody else how many there are', async () => {
    const { ada, ben, crowd } = await fullMeeting('Dora', 'Emil');
    const [dora, emil] = crowd as [Person, Person];
    expect(namesIn(emil.answer)).toEqual(['Ada', 'Ben', 'Cem']);
    expect([dora, emil].map(({ answer }) => answer.meeting?.attendeeCount)).toEqual([1, 2]);
    expect([emil.answer.role, emil.answer.sendTransport === undefined]).toEqual(['ROLE_PANELIST', false]);
    for (const { client } of [ben, dora]) await expect.poll(() => countsOf(client).at(-1)).toBe(2);
    expect(heardAbout(ada, emil)).toEqual(['joined of the crowd']);
    expect([ben, dora].flatMap((one) => heardAbout(one, emil))).toEqual([]);
    await done(emil, { leave: {} });
    await expect.poll(() => countsOf(ben.client).at(-1)).toBe(1);
    expect(heardAbout(ada, emil)).toEqual(['joined of the crowd', 'LEAVE_REASON_LEFT of the crowd']);
    expect(countsOf(ada.client)).toEqual([]);
  });

  it('is found in pages by everybody, and by hosts for all they do with somebody', async () => {
    const { meetingId, ada, ben, crowd } = await fullMeeting('Dora', 'Emil', 'Fred');
    const [dora, emil, fred] = crowd as [Person, Person, Person];
    expect(await crowdOf(ben.client)).toEqual(['Dora', 'Emil', 'Fred']);
    expect(await crowdOf(fred.client)).toEqual(['Dora', 'Emil', 'Fred']);
    const path = `/v1/meetings/${meetingId}/attendees`;
    const { body } = await call(pair.two.httpAddress, 'GET', path, undefined, `Bearer ${ben.token}`);
    expect(body).toMatchObject({ attendees: [{ name: 'Dora' }, { name: 'Emil' }, { name: 'Fred' }] });
    const to = { scope: ChatScope.DIRECT, recipientId: dora.participantId };
    await done(ben, { sendChat: { id: randomUUID(), replyTo: '', text: 'Hello', ...to } });
    await dora.client.untilEvent(({ chatMessage }) => chatMessage?.text === 'Hello');
    await done(ada, { rename: { participantId: emil.participantId, name: 'Emil B.' } });
    await emil.client.untilEvent(({ participantUpdated }) => participantUpdated?.name === 'Emil B.');
    await done(ada, { moderate: { participantId: fred.participantId, moderation: 'MODERATION_REMOVE' } });
    await fred.client.until(({ goodbye }) => goodbye);
    expect(await crowdOf(dora.client)).toEqual(['Dora', 'Emil B.']);
    await done(emil, { react: { emoji: '👏' } });
    const seen = await ben.client.untilEvent(({ reactions }) => reactions !== undefined);
    expect(seen.reactions).toMatchObject({ participantId: emil.participantId, name: 'Emil B.' });
  });

  it('is listed when it publishes, before anything is told of that, and stays so', async () => {
    const { ada, ben, crowd } = await fullMeeting('Dora', 'Emil');
    const [dora, emil] = crowd as [Person, Person];
    const trackId = await published(dora, camera);
    for (const { client } of [ada, ben, dora, emil])
      await client.untilEvent(({ trackPublished }) => trackPublished?.id === trackId);
    for (const one of [ben, dora, emil]) expect(heardAbout(one, dora)).toEqual(['joined', 'published']);
    expect(heardAbout(ada, dora)).toEqual(['joined of the crowd', `${changed} of the crowd`, 'joined', 'published']);
    await expect.poll(() => countsOf(ben.client).at(-1)).toBe(1);
    await done(dora, { unpublish: { trackId } });
    await published(dora, microphone);
    expect(heardAbout(ada, dora).slice(4)).toEqual(['published']);
    expect(await crowdOf(ben.client)).toEqual(['Emil']);
  });

  it('is listed when it raises a hand, is spotlit or keeps order', async () => {
    const { meetingId, ada, ben, crowd } = await fullMeeting('Dora', 'Emil', 'Fred');
    const [dora, emil, fred] = crowd as [Person, Person, Person];
    await done(dora, { raiseHand: {} });
    await done(ada, { setSpotlight: { participantId: emil.participantId, on: true } });
    await giveRole(pair.two, meetingId, fred, 'cohost');
    await ben.client.untilEvent(({ participantJoined }) => participantJoined?.id === fred.participantId);
    expect(heardAbout(ben, dora)).toEqual(['joined', 'raised']);
    expect(heardAbout(ben, emil)).toEqual(['joined']);
    expect(heardAbout(ben, fred)).toEqual(['joined']);
    await expect.poll(() => countsOf(ben.client).at(-1)).toBe(0);
    const late = await panelist(meetingId, 'Late');
    expect(namesIn(late.answer)).toEqual(['Ada', 'Ben', 'Cem', 'Dora', 'Emil', 'Fred']);
    // A cohost is told of each from now on, and what it knows was shown anew before.
    await fred.client.until(({ snapshot }) => snapshot);
    await expect.poll(() => heardAbout(fred, late)).toEqual(['joined of the crowd']);
  });

  it('is listed when half of the list is gone, in the order in which they came', async () => {
    const { meetingId, ada, ben, cem, crowd } = await fullMeeting('Dora', 'Emil');
    const [dora, emil] = crowd as [Person, Person];
    await done(ben, { leave: {} });
    const fred = await panelist(meetingId, 'Fred');
    expect([namesIn(fred.answer), fred.answer.meeting?.attendeeCount]).toEqual([['Ada', 'Cem'], 3]);
    expect(heardAbout(ada, dora)).toEqual(['joined of the crowd']);
    await done(cem, { leave: {} });
    await fred.client.untilEvent(({ participantJoined }) => participantJoined?.id === emil.participantId);
    expect(heardAbout(ada, dora).slice(1)).toEqual([`${changed} of the crowd`, 'joined']);
    const gina = await panelist(meetingId, 'Gina');
    expect([namesIn(gina.answer), gina.answer.meeting?.attendeeCount]).toEqual([['Ada', 'Dora', 'Emil'], 2]);
  });

  it('is where it was when it joins again, and listed at once if it comes to keep order', async () => {
    const { meetingId, ben, crowd } = await fullMeeting('Dora');
    const [dora] = crowd as [Person];
    const again = async ({ token }: Person) => {
      const { joined: answer } = await (await pair.mesh.client(pair.two)).ask({ join: joinWith(token) });
      return answer?.meeting;
    };
    expect(await again(dora)).toMatchObject({ attendeeCount: 1, participants: { length: mostListed } });
    expect(await again(ben)).toMatchObject({ attendeeCount: 1, participants: { length: mostListed } });
    const cohost = await joined(pair.mesh, pair.one, meetingId, 'Gina', { role: 'cohost' });
    expect([namesIn(cohost.answer), cohost.answer.meeting?.attendeeCount]).toEqual([['Ada', 'Ben', 'Cem', 'Gina'], 1]);
  });

  it('goes to a breakout room and comes back', async () => {
    const { meetingId, ada, crowd } = await fullMeeting('Dora');
    const [dora] = crowd as [Person];
    await done(ada, { manageBreakouts: { create: { names: ['Red'], selfChosen: false } } });
    const told = async (phase: BreakoutPhase) =>
      await ada.client.until(({ breakouts }) => (breakouts?.phase === phase ? breakouts : undefined));
    const { rooms, places } = await told(BreakoutPhase.PREPARED);
    expect(places.map(({ name }) => name).sort()).toEqual(['Ada', 'Ben', 'Cem', 'Dora']);
    const roomId = rooms[0]?.id ?? '';
    const assignments = [{ participantId: dora.participantId, roomId }];
    await done(ada, { manageBreakouts: { assign: { assignments } } });
    await done(ada, { manageBreakouts: { change: { open: true, rename: [] } } });
    const there = await dora.client.until(({ transfer }) => transfer?.joined);
    expect(there.meeting?.participants.map(({ name }) => name)).toEqual(['Dora']);
    await done(ada, { manageBreakouts: { close: {} } });
    const back = () =>
      dora.client.received
        .flatMap(({ transfer }) => transfer?.joined?.meeting ?? [])
        .find((one) => one.meetingId === meetingId);
    await expect.poll(() => back()?.attendeeCount, { timeout: 10_000 }).toBe(1);
    expect(
      back()
        ?.participants.map(({ name }) => name)
        .sort(),
    ).toEqual(['Ada', 'Ben', 'Cem']);
  });
});

describe('who comes back to a large meeting', () => {
  it('missed what is told to all, whatever its crowd did meanwhile; hosts missed that as well', async () => {
    const { meetingId, ada, ben, crowd } = await fullMeeting('Dora');
    const [dora] = crowd as [Person];
    const gone = [ada, ben, dora];
    for (const { client } of gone) client.cut();
    for (const name of ['Guest 1', 'Guest 2']) await done(await panelist(meetingId, name, pair.two), { leave: {} });
    const late = await panelist(meetingId, 'Late', pair.two);
    const trackId = await published(late, camera);
    const [host, ...others] = await Promise.all(gone.map((one) => resumed(pair.two, one)));
    for (const { resumed: answer } of others) {
      expect(answer?.snapshot).toBeUndefined();
      const events = answer?.events ?? [];
      expect(events.some(({ ofAttendee }) => ofAttendee === true)).toBe(false);
      expect(events.map(({ participantJoined }) => participantJoined?.name).filter(Boolean)).toEqual(['Late']);
      expect(events.flatMap(({ trackPublished }) => trackPublished?.id ?? [])).toEqual([trackId]);
    }
    const heard = [...ada.client.events(), ...(host?.resumed?.events ?? [])].map(sequenceOf);
    const start = ada.answer.meeting?.position?.sequence ?? 0;
    expect(heard).toEqual(heard.map((_, index) => start + 1 + index));
  });

  it('finds everybody where they were after the store forgot', async () => {
    const { meetingId, ada, ben, crowd } = await fullMeeting('Dora', 'Emil', 'Fred');
    const [dora, emil] = crowd as [Person, Person];
    await published(emil, camera);
    await ben.client.untilEvent(({ trackPublished }) => trackPublished?.participantId === emil.participantId);
    await pair.mesh.emptyRedis();
    const shown = await Promise.all([ada, ben, dora].map(({ client }) => client.until(({ snapshot }) => snapshot)));
    for (const { participants, tracks } of shown) {
      expect(participants.map(({ name }) => name).sort()).toEqual(['Ada', 'Ben', 'Cem', 'Emil']);
      expect(tracks.map(({ participantId }) => participantId)).toEqual([emil.participantId]);
    }
    await expect.poll(async () => (await crowdOf(ben.client))?.sort()).toEqual(['Dora', 'Fred']);
    await expect.poll(() => knownCount(ben.client)).toBe(2);
    const late = await panelist(meetingId, 'Late');
    expect(late.answer.meeting?.attendeeCount).toBe(3);
    expect(namesIn(late.answer)).toEqual(['Ada', 'Ben', 'Cem', 'Emil']);
  });
});

describe('a crowd', () => {
  it('costs nobody else anything but how many it is, and who of it does something what that is', async () => {
    const { meetingId, ben } = await fullMeeting();
    const guests = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        panelist(meetingId, `Guest ${index}`, index % 2 === 0 ? pair.one : pair.two),
      ),
    );
    const last = await panelist(meetingId, 'Last');
    expect([last.answer.meeting?.participants.length, last.answer.meeting?.attendeeCount]).toEqual([mostListed, 41]);
    expect(ben.client.events().map(({ participantJoined }) => participantJoined?.name)).toEqual(['Cem']);
    const { body } = await call(pair.one.httpAddress, 'GET', `/v1/meetings/${meetingId}`);
    expect(body.participantCount).toBe(mostListed + 41);
    await Promise.all(guests.slice(0, 10).map((one) => published(one, microphone)));
    await expect.poll(() => knownCount(last.client), { timeout: 10_000 }).toBe(31);
    const joinedSince = last.client.events().filter(({ participantJoined }) => participantJoined !== undefined);
    expect(joinedSince).toHaveLength(10);
  });
});
