import { describe, expect, it } from 'vitest';
import type { RoleName } from '../src/core/meeting/roles.ts';
import { call, codeOf, newMeeting, newToken } from '../src/testing/api.ts';
import { openWith, prepareBreakouts } from '../src/testing/breakouts.ts';
import { joinWith } from '../src/testing/media.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { joined } from '../src/testing/people.ts';
import type { SignalClient } from '../src/testing/signal-client.ts';

const pair = pairForTests({ timing: { tellCountsEveryMs: 100 } });

interface Caller {
  client: SignalClient;
  token: string;
  participantId: string;
}

/** Somebody who asks to join, on the other replica than the host, and does not get an answer at once. */
async function knocks(meetingId: string, name: string, role: RoleName = 'panelist'): Promise<Caller> {
  const { token, participantId } = await newToken(pair.two.httpAddress, meetingId, name, role);
  const client = await pair.mesh.client(pair.two);
  // An id that what it asks later does not have.
  client.ws.send(JSON.stringify({ id: 1_000, join: joinWith(token) }));
  return { client, token, participantId };
}

const waiting = ({ client }: Caller) => client.until((message) => message.waiting);
const answer = ({ client }: Caller) => client.until(({ reply }) => reply);

async function withLobby(lobby = 'guests') {
  const meetingId = await newMeeting(pair.one.httpAddress, { title: 'Interview', settings: { lobby } });
  return { meetingId, host: await joined(pair.mesh, pair.one, meetingId, 'Ada') };
}

describe('the lobby', () => {
  it('answers whoever waits and asks whether it is still there', async () => {
    const { meetingId } = await withLobby();
    const ben = await knocks(meetingId, 'Ben');
    await waiting(ben);
    expect((await ben.client.ask({ ping: {} })).done).toEqual({});
  });

  it('shows who waits the title, whether it is recorded and whether a host is there, and lets them in over the same connection', async () => {
    const { meetingId, host } = await withLobby();
    const ben = await knocks(meetingId, 'Ben');
    expect(await waiting(ben)).toEqual({
      title: 'Interview',
      reason: 'WAITING_REASON_LOBBY',
      text: '',
      answersPings: true,
      recorded: false,
      withoutHost: false,
    });
    const { waitingJoined } = await host.client.untilEvent((event) => event.waitingJoined !== undefined);
    expect(waitingJoined).toMatchObject({ participantId: ben.participantId, name: 'Ben' });
    const { waitingList } = await host.client.ask({ listWaiting: {} });
    expect(waitingList?.people.map(({ name }) => name)).toEqual(['Ben']);
    expect(ben.client.received).toHaveLength(1);
    await host.client.ask({ admit: { participantIds: [ben.participantId] } });
    expect((await answer(ben)).joined?.participantId).toBe(ben.participantId);
    await host.client.untilEvent(({ waitingLeft }) => waitingLeft?.end === 'WAITING_END_ADMITTED');
    await host.client.untilEvent(({ participantJoined }) => participantJoined?.id === ben.participantId);
    const again = await pair.mesh.client(pair.one);
    expect((await again.ask({ join: joinWith(ben.token) })).joined).toBeDefined();
  });

  it('keeps hosts and cohosts out of the queue, and tells nobody else who waits', async () => {
    const { meetingId, host } = await withLobby();
    const cleo = await joined(pair.mesh, pair.two, meetingId, 'Cleo', { role: 'cohost' });
    const first = await knocks(meetingId, 'Ben');
    await waiting(first);
    await cleo.client.ask({ admit: { participantIds: [] } });
    await answer(first);
    const second = await knocks(meetingId, 'Dora');
    await waiting(second);
    await host.client.untilEvent(({ waitingJoined }) => waitingJoined?.name === 'Dora');
    expect((await first.client.ask({ listWaiting: {} })).error?.code).toBe('FORBIDDEN');
    expect((await first.client.ask({ admit: { participantIds: [] } })).error?.code).toBe('FORBIDDEN');
    expect(first.client.events().some(({ waitingJoined }) => waitingJoined !== undefined)).toBe(false);
  });

  it('is kept from a breakout room by hosts who went there', async () => {
    const { meetingId, ada, red } = await prepareBreakouts(pair);
    await ada.client.ask({ changeRules: { lobby: 'LOBBY_MODE_GUESTS' } });
    await openWith(ada, red, ada);
    const dora = await knocks(meetingId, 'Dora');
    expect((await waiting(dora)).withoutHost).toBe(false);
    await ada.client.untilEvent(({ waitingJoined }) => waitingJoined?.name === 'Dora');
    const { waitingList } = await ada.client.ask({ listWaiting: {} });
    expect(waitingList?.people.map(({ name }) => name)).toEqual(['Dora']);
    await ada.client.ask({ admit: { participantIds: [dora.participantId] } });
    expect((await answer(dora)).joined?.meeting?.meetingId).toBe(meetingId);
    await ada.client.untilEvent(({ waitingLeft }) => waitingLeft?.end === 'WAITING_END_ADMITTED');
  });

  it('is looked after over the REST API as well', async () => {
    const { meetingId, host } = await withLobby('everyone-but-hosts');
    const people = [await knocks(meetingId, 'Ben'), await knocks(meetingId, 'Cleo', 'cohost')];
    for (const one of people) await waiting(one);
    const path = `/v1/meetings/${meetingId}/lobby`;
    const authorization = `Bearer ${host.token}`;
    const listed = async () => (await call(pair.two.httpAddress, 'GET', path, undefined, authorization)).body.people;
    await expect.poll(listed).toMatchObject([{ name: 'Ben' }, { name: 'Cleo' }]);
    await call(
      pair.two.httpAddress,
      'POST',
      `${path}/message`,
      { text: ' Five <b>minutes</b>,\nplease ' },
      authorization,
    );
    const told = await people[0]?.client.until(({ waiting: shown }) => (shown?.text === '' ? undefined : shown));
    expect(told?.text).toBe('Five <b>minutes</b>, please');
    const deny = { participantId: people[0]?.participantId };
    expect((await call(pair.two.httpAddress, 'POST', `${path}/deny`, deny, authorization)).status).toBe(204);
    expect(await people[0]?.client.untilGoodbye()).toBe('ADMISSION_DENIED');
    expect(codeOf(await call(pair.two.httpAddress, 'POST', `${path}/deny`, deny, authorization))).toBe(
      'PARTICIPANT_NOT_FOUND',
    );
    const admit = (...participantIds: string[]) =>
      call(pair.two.httpAddress, 'POST', `${path}/admit`, { participantIds }, authorization);
    const nobodys = await admit('nobody');
    expect([nobodys.status, codeOf(nobodys)]).toEqual([404, 'PARTICIPANT_NOT_FOUND']);
    await admit();
    expect((await answer(people[1] as Caller)).joined).toBeDefined();
    // Two hosts may let the same person in.
    expect((await admit(people[1]?.participantId ?? '')).status).toBe(204);
    const guest = await newToken(pair.one.httpAddress, meetingId, 'Eve', 'panelist');
    expect(codeOf(await call(pair.two.httpAddress, 'GET', path, undefined, `Bearer ${guest.token}`))).toBe(
      'TOKEN_INVALID',
    );
  });

  it('keeps the place of who loses the connection', async () => {
    const { meetingId, host } = await withLobby();
    const ben = await knocks(meetingId, 'Ben');
    await waiting(ben);
    await host.client.untilEvent(({ waitingJoined }) => waitingJoined !== undefined);
    ben.client.cut();
    await ben.client.closed;
    const client = await pair.mesh.client(pair.one);
    client.ws.send(JSON.stringify({ id: 1, join: joinWith(ben.token) }));
    await waiting({ ...ben, client });
    await host.client.ask({ admit: { participantIds: [] } });
    expect((await answer({ ...ben, client })).joined).toBeDefined();
    const came = host.client.events().filter(({ waitingJoined }) => waitingJoined !== undefined);
    expect(came).toHaveLength(1);
  });

  it('empties into the meeting when it is switched off', async () => {
    const { meetingId, host } = await withLobby();
    const people = [await knocks(meetingId, 'Ben'), await knocks(meetingId, 'Dora')];
    for (const one of people) await waiting(one);
    await host.client.ask({ changeRules: { lobby: 'LOBBY_MODE_OFF' } });
    for (const one of people) expect((await answer(one)).joined).toBeDefined();
  });

  it('does not make a meeting live for who only waits', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress, { settings: { lobby: 'guests' } });
    const statusOf = async () => (await call(pair.one.httpAddress, 'GET', `/v1/meetings/${meetingId}`)).body.status;
    const ben = await knocks(meetingId, 'Ben');
    await waiting(ben);
    expect(await statusOf()).toBe('scheduled');
    const host = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    expect(await statusOf()).toBe('live');
    await host.client.ask({ admit: { participantIds: [ben.participantId] } });
    expect((await answer(ben)).joined?.participantId).toBe(ben.participantId);
  });

  it('is left by everybody when the meeting ends before it began', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress, { settings: { lobby: 'guests' } });
    const ben = await knocks(meetingId, 'Ben');
    await waiting(ben);
    await call(pair.one.httpAddress, 'POST', `/v1/meetings/${meetingId}/end`);
    expect(await ben.client.untilGoodbye()).toBe('MEETING_ENDED');
  });

  it('is left by everybody when the meeting ends', async () => {
    const { meetingId, host } = await withLobby();
    const ben = await knocks(meetingId, 'Ben');
    await waiting(ben);
    host.client.ws.send(JSON.stringify({ id: 99, endMeeting: {} }));
    expect(await ben.client.untilGoodbye()).toBe('MEETING_ENDED');
  });
});

describe('a webinar', () => {
  it('meets backstage, and its audience comes in when it goes live', async () => {
    const startTime = '2030-01-01T10:00:00.000Z';
    const settings = { backstage: true };
    const meetingId = await newMeeting(pair.one.httpAddress, { title: 'Launch', mode: 'webinar', startTime, settings });
    const audience = [await knocks(meetingId, 'Ben', 'attendee'), await knocks(meetingId, 'Dora', 'attendee')];
    for (const one of audience) {
      expect(await waiting(one)).toMatchObject({
        title: 'Launch',
        reason: 'WAITING_REASON_BACKSTAGE',
        startTimeMs: Date.parse(startTime),
      });
    }
    const host = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    expect(host.answer.meeting?.rules?.backstage).toBe(true);
    const counted = () => host.client.received.findLast((told) => told.receptionCounts)?.receptionCounts?.backstage;
    const untilCounted = (count: number) => expect.poll(counted, { timeout: 10_000 }).toBe(count);
    await untilCounted(2);
    const cleo = await knocks(meetingId, 'Cleo', 'attendee');
    await untilCounted(3);
    cleo.client.cut();
    await untilCounted(2);
    await joined(pair.mesh, pair.two, meetingId, 'Eve', { role: 'panelist' });
    await host.client.ask({ changeRules: { backstage: false } });
    for (const one of audience) expect((await answer(one)).joined?.role).toBe('ROLE_ATTENDEE');
    await untilCounted(0);
  });

  it('takes no more people than it was given room for, but always its hosts', async () => {
    const settings = { capacity: 2 };
    const meetingId = await newMeeting(pair.one.httpAddress, { mode: 'webinar', settings });
    const host = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    expect(host.answer.meeting?.rules?.capacity).toBe(2);
    await joined(pair.mesh, pair.two, meetingId, 'Ben', { role: 'attendee' });
    await expect(joined(pair.mesh, pair.two, meetingId, 'Dora', { role: 'attendee' })).rejects.toThrow('MEETING_FULL');
    await joined(pair.mesh, pair.two, meetingId, 'Eve');
    const tooMuch = { mode: 'webinar', settings: { capacity: 1e9 } };
    expect(codeOf(await call(pair.one.httpAddress, 'POST', '/v1/meetings', tooMuch))).toBe('BAD_REQUEST');
  });
});
