import { BreakoutPhase } from '@canopy/proto/breakouts';
import { LeaveReason, Role } from '@canopy/proto/signal';
import { describe, expect, it, onTestFinished } from 'vitest';
import { obsOffer } from '../src/core/sdp/testing/offers.ts';
import { call, codeOf, newToken } from '../src/testing/api.ts';
import {
  assign,
  manage,
  open,
  openWith,
  prepareBreakouts,
  transfers,
  untilIn,
  untilTold,
} from '../src/testing/breakouts.ts';
import { camera, joinWith } from '../src/testing/media.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { giveRole, joined, published } from '../src/testing/people.ts';
import { offered, sdpRequest } from '../src/testing/sdp-requests.ts';

const pair = pairForTests({ timing: { graceMs: 4_000, sweepEveryMs: 200 } });

const prepared = (how?: Parameters<typeof prepareBreakouts>[1]) => prepareBreakouts(pair, how);

describe('somebody with a room', () => {
  it('is taken there over the socket it has when rooms open, and leaves the others with its tracks', async () => {
    const { meetingId, ada, ben, cem, red } = await prepared();
    const track = await published(ben, camera);
    await ada.client.untilEvent(({ trackPublished }) => trackPublished?.id === track);
    await manage(ada.client, assign(red, ben));
    expect(transfers(ben.client)).toEqual([]);
    await manage(ada.client, open);

    const there = await untilIn(ben.client, red);
    expect(there).toMatchObject({ participantId: ben.participantId, role: 'ROLE_PANELIST', edge: { id: 'europe' } });
    expect(there.meeting).toMatchObject({ title: 'Red', tracks: [] });
    expect(there.meeting?.participants.map(({ id }) => id)).toEqual([ben.participantId]);
    const left = await ada.client.untilEvent(({ participantLeft: who }) => who?.participantId === ben.participantId);
    expect(left.participantLeft?.reason).toBe(LeaveReason.MOVED);
    await ada.client.untilEvent(({ trackUnpublished }) => trackUnpublished?.trackId === track);

    expect(pair.europe.session(meetingId, ben.participantId)).toBeDefined();
    const anew = await published(ben, camera);
    expect(anew).not.toBe(track);
    expect(pair.europe.session(red, ben.participantId)?.tracks.has(anew)).toBe(true);
    await ben.client.untilEvent(({ trackPublished }) => trackPublished?.id === anew);
    expect((await ben.client.ask({ transferred: {} })).done).toEqual({});
    expect(pair.europe.session(meetingId, ben.participantId)).toBeUndefined();

    const seen = [ada, cem].flatMap(({ client }) => client.events()).map(({ trackPublished }) => trackPublished?.id);
    expect(seen).not.toContain(anew);
    expect(transfers(cem.client)).toEqual([]);
    expect(ben.client.ws.readyState).toBe(ben.client.ws.OPEN);
  });

  it('moves on to another room and back again, with everybody else following its way', async () => {
    const { meetingId, ada, ben, cem, red, blue } = await prepared();
    await manage(ada.client, assign(red, ben));
    await manage(ada.client, assign(blue, cem));
    await manage(ada.client, open);
    await untilIn(ben.client, red);
    await untilIn(cem.client, blue);
    await manage(ada.client, assign(blue, ben));
    const inBlue = await untilIn(ben.client, blue, 2);
    expect(inBlue.meeting?.participants.map(({ name }) => name).sort()).toEqual(['Ben', 'Cem']);
    await cem.client.untilEvent(({ participantJoined }) => participantJoined?.id === ben.participantId);
    expect((await ben.client.ask({ chooseBreakout: { roomId: '' } })).done).toEqual({});
    await untilIn(ben.client, meetingId, 3);
    await ben.client.ask({ transferred: {} });
    expect(pair.europe.session(meetingId, ben.participantId)).toBeDefined();
    for (const room of [red, blue]) expect(pair.europe.session(room, ben.participantId)).toBeUndefined();
  });

  it('comes back to a meeting that was filled by others meanwhile', async () => {
    const { meetingId, ada, ben, red } = await prepared({ settings: { capacity: 3 } });
    await openWith(ada, red, ben);
    await joined(pair.mesh, pair.one, meetingId, 'Dora', { role: 'panelist' });
    await expect(joined(pair.mesh, pair.one, meetingId, 'Eve', { role: 'panelist' })).rejects.toThrow('MEETING_FULL');
    await manage(ada.client, { close: {} });
    await untilIn(ben.client, meetingId, 2);
  });

  it('is in the meeting what it was made in a room, and there what it was made in the meeting', async () => {
    const { meetingId, ada, ben, red } = await prepared();
    const made = (role: Role) => ({ role, meeting: { participants: expect.arrayContaining([seenAs(role)]) } });
    const seenAs = (role: Role) => expect.objectContaining({ id: ben.participantId, role });
    await giveRole(pair.one, meetingId, ben, 'cohost');
    await manage(ada.client, assign(red, ben));
    await manage(ada.client, open);
    expect(await untilIn(ben.client, red)).toMatchObject(made(Role.COHOST));
    await giveRole(pair.one, red, ben, 'panelist');
    await manage(ada.client, assign('', ben));
    expect(await untilIn(ben.client, meetingId, 2)).toMatchObject(made(Role.PANELIST));
    await giveRole(pair.one, meetingId, ben, 'cohost');
    await manage(ada.client, assign(red, ben));
    expect(await untilIn(ben.client, red, 3)).toMatchObject(made(Role.COHOST));
  });

  it('is what it was made there also when it joins with its token', async () => {
    const { meetingId, ada, ben, red } = await prepared();
    await openWith(ada, red, ben);
    await giveRole(pair.one, red, ben, 'cohost');
    ben.client.cut();
    const back = await pair.mesh.client(pair.one);
    const { joined: answer } = await back.ask({ join: joinWith(ben.token) });
    expect(answer).toMatchObject({ role: Role.COHOST, meeting: { meetingId } });
    expect((await untilIn(back, red)).role).toBe(Role.COHOST);
  });

  it('arrives as what it became on the way there, and is noted to have come, gone and come', async () => {
    const { body: webhook } = await call(pair.one.httpAddress, 'POST', '/v1/webhooks', { url: 'http://127.0.0.1:1/' });
    onTestFinished(async () => {
      await call(pair.one.httpAddress, 'DELETE', `/v1/webhooks/${String(webhook.id)}`);
    });
    const { meetingId, ada, ben, red } = await prepared();
    await manage(ada.client, assign(red, ben));
    const { promise, resolve } = Promise.withResolvers<void>();
    pair.europe.untilOpened = promise;
    await manage(ada.client, open);
    await expect.poll(() => pair.europe.session(red, ben.participantId)).toBeDefined();
    await giveRole(pair.one, meetingId, ben, 'cohost');
    await ben.client.until(({ roleChanged }) => roleChanged);
    resolve();
    expect((await untilIn(ben.client, red)).role).toBe(Role.COHOST);
    const told = async () => {
      const query = `SELECT type FROM webhook_deliveries WHERE payload::jsonb->'data'->>'meetingId' = $1 ORDER BY created_at`;
      return (await pair.mesh.query(query, [red])).map(({ type }) => type);
    };
    await expect.poll(told).toEqual(['participant.joined', 'participant.left', 'participant.joined']);
  });

  it('comes back to none of the rooms, nor to the meeting, once it was banned there', async () => {
    const { ada, ben, red } = await prepared();
    await openWith(ada, red, ben);
    await call(pair.one.httpAddress, 'POST', `/v1/meetings/${red}/participants/${ben.participantId}/ban`);
    expect(await ben.client.untilGoodbye()).toBe('BANNED');
    const back = await pair.mesh.client(pair.one);
    expect((await back.ask({ join: joinWith(ben.token) })).error?.code).toBe('BANNED');
  });

  it('is taken there again when it joins with its token after everything was lost', async () => {
    const { meetingId, ada, ben, red } = await prepared();
    await openWith(ada, red, ben);
    ben.client.cut();
    const back = await pair.mesh.client(pair.one);
    expect((await back.ask({ join: joinWith(ben.token) })).joined?.meeting?.meetingId).toBe(meetingId);
    const there = await untilIn(back, red);
    expect(there.meeting?.participants.map(({ id }) => id)).toEqual([ben.participantId]);
  });
});

describe('a connection lost in the middle of a move', () => {
  it('leaves the participant in the room, which it resumes on another replica, and nowhere else', async () => {
    const { meetingId, ada, ben, red } = await prepared();
    const { resumeToken, meeting } = await openWith(ada, red, ben);
    ben.client.cut();
    const back = await pair.mesh.client(pair.one);
    const resume = { resumeToken, position: meeting?.position, restartIce: false };
    const { resumed } = await back.ask({ resume });
    expect(resumed?.resumeToken).toBeDefined();
    const track = (await back.ask({ publish: camera })).published?.trackId ?? '';
    expect(pair.europe.session(red, ben.participantId)?.tracks.has(track)).toBe(true);
    await expect.poll(() => pair.europe.session(meetingId, ben.participantId)).toBeUndefined();
    const { breakouts } = await back.until((message) => (message.breakouts?.ownRoomId === red ? message : undefined));
    expect(breakouts?.phase).toBe(BreakoutPhase.OPEN);
    const stale = await pair.mesh.client(pair.two);
    const refused = await stale.ask({
      resume: { resumeToken: ben.answer.resumeToken, position: undefined, restartIce: false },
    });
    expect(refused.error?.code).toBe('RESUME_REFUSED');
  });

  it('lets it join again when the room has ended meanwhile', async () => {
    const { ada, ben, red } = await prepared();
    const { resumeToken } = await openWith(ada, red, ben);
    ben.client.cut();
    await manage(ada.client, { close: {} });
    const comesBack = async () => {
      const client = await pair.mesh.client(pair.one);
      const { error } = await client.ask({ resume: { resumeToken, position: undefined, restartIce: false } });
      client.cut();
      return error?.code;
    };
    await expect.poll(comesBack, { timeout: 60_000, interval: 5_000 }).toBe('RESUME_REFUSED');
  });
});

describe('the time of the rooms', () => {
  it('brings everybody back when it is over, also when the replica that set it is gone', async () => {
    const third = await pair.mesh.replica();
    await pair.mesh.untilHeard([third], ['europe']);
    const { meetingId, ben, cem, ada, red, blue } = await prepared();
    const base = `/v1/meetings/${meetingId}/breakouts`;
    const dora = await joined(pair.mesh, third, meetingId, 'Dora');
    await manage(dora.client, assign(red, ben));
    await manage(dora.client, assign(blue, cem));
    const change = { open: true, closesInSeconds: 5 };
    expect((await call(third.httpAddress, 'PATCH', base, change, `Bearer ${dora.token}`)).status).toBe(200);
    await untilIn(ben.client, red);
    await untilIn(cem.client, blue);
    const { closesAt = 0, now } = await untilTold(ben.client, ({ ownRoomId }) => ownRoomId === red);
    expect(Number(closesAt) - Number(now)).toBeGreaterThan(0);
    await third[Symbol.asyncDispose]();
    for (const { client } of [ben, cem]) await untilIn(client, meetingId, 2);
    await untilTold(ada.client, ({ phase }) => phase === BreakoutPhase.UNSPECIFIED);
    await expect.poll(async () => codeOf(await call(pair.one.httpAddress, 'GET', base))).toBe('BREAKOUTS_NOT_FOUND');
    const room = async () => (await call(pair.one.httpAddress, 'GET', `/v1/meetings/${red}`)).body;
    await expect.poll(room).toMatchObject({ status: 'ended' });
  });
});

describe('a program that publishes by WHIP', () => {
  it('is given no room, neither by shuffling nor by hosts', async () => {
    const { meetingId, ada, ben, cem, red, blue } = await prepared();
    const { token, participantId } = await newToken(pair.one.httpAddress, meetingId, 'Studio', 'panelist');
    const { status } = await sdpRequest(pair.one, 'POST', '/v1/whip', offered(token, obsOffer));
    expect(status).toBe(201);
    await manage(ada.client, { shuffle: {} });
    const { places } = await untilTold(
      ada.client,
      (told) => told.places.filter(({ roomId }) => [red, blue].includes(roomId)).length === 2,
    );
    expect(places.map((place) => place.participantId)).not.toContain(participantId);
    const inRooms = places.filter(({ roomId }) => roomId !== '').map((place) => place.participantId);
    expect(inRooms.sort()).toEqual([ben.participantId, cem.participantId].sort());
    const assigned = { assignments: [{ participantId, roomId: red }] };
    const { error } = await ada.client.ask({ manageBreakouts: { assign: assigned } });
    expect(error?.code).toBe('PARTICIPANT_NOT_FOUND');
  });
});
