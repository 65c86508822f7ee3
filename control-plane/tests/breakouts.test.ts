import { BreakoutPhase, type Breakouts, type ManageBreakouts } from '@canopy/proto/breakouts';
import { type Joined, LeaveReason, Role } from '@canopy/proto/signal';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { ControlPlane } from '../src/context.ts';
import type { RoleName } from '../src/core/meeting/roles.ts';
import { obsOffer } from '../src/core/sdp/testing/offers.ts';
import { call, codeOf, newMeeting, newToken } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, joinWith } from '../src/testing/media.ts';
import type { TestMesh } from '../src/testing/mesh.ts';
import { startPair } from '../src/testing/pair.ts';
import { joined, type Person, published } from '../src/testing/people.ts';
import { offered, sdpRequest } from '../src/testing/sdp-requests.ts';
import type { SignalClient } from '../src/testing/signal-client.ts';

const migrationDeadlineMs = 3_000;
const breakoutsBody = z.object({
  phase: z.string(),
  rooms: z.array(z.object({ id: z.string(), name: z.string() })),
  people: z.array(z.object({ participantId: z.string(), roomId: z.string().nullable(), present: z.boolean() })),
});

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let edge: FakeEdge;

beforeAll(async () => {
  ({ mesh, europe: edge, one, two } = await startPair({ timing: { migrationDeadlineMs, graceMs: 4_000 } }));
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

/** How often somebody was taken to another meeting so far. */
const transfers = (client: SignalClient): Joined[] =>
  client.received.flatMap(({ transfer }) => (transfer?.joined === undefined ? [] : [transfer.joined]));

/** Waits until somebody is in a meeting by being taken there, for the `times`th time at all. */
async function untilIn(client: SignalClient, meetingId: string, times = 1): Promise<Joined> {
  await client.until(() => transfers(client)[times - 1]);
  const there = transfers(client)[times - 1];
  if (there?.meeting?.meetingId !== meetingId) throw new Error(`in ${there?.meeting?.meetingId}`);
  return there;
}

function untilTold(client: SignalClient, matches: (told: Breakouts) => boolean): Promise<Breakouts> {
  return client.until(({ breakouts }) => (breakouts !== undefined && matches(breakouts) ? breakouts : undefined));
}

async function manage(client: SignalClient, what: ManageBreakouts): Promise<void> {
  const { error } = await client.ask({ manageBreakouts: what });
  if (error !== undefined) throw new Error(`refused: ${JSON.stringify(error)}`);
}

/** Ada, who is the host on one replica, Ben and Cem on the other, and two rooms that are prepared. */
async function prepared(selfChosen = false, settings: object = {}) {
  const meetingId = await newMeeting(one.httpAddress, { title: 'All of us', settings });
  const ada = await joined(mesh, one, meetingId, 'Ada');
  const ben = await joined(mesh, two, meetingId, 'Ben', { role: 'panelist' });
  const cem = await joined(mesh, two, meetingId, 'Cem', { role: 'panelist' });
  await manage(ada.client, { create: { names: ['Red', 'Blue'], selfChosen } });
  const { rooms } = await untilTold(ada.client, ({ phase }) => phase === BreakoutPhase.PREPARED);
  const [red = '', blue = ''] = rooms.map(({ id }) => id);
  return { meetingId, ada, ben, cem, red, blue };
}

const assign = (roomId: string, ...people: Person[]): ManageBreakouts => ({
  assign: { assignments: people.map(({ participantId }) => ({ participantId, roomId })) },
});

async function give(meetingId: string, { participantId }: Person, role: RoleName): Promise<void> {
  const path = `/v1/meetings/${meetingId}/participants/${participantId}`;
  expect((await call(one.httpAddress, 'PATCH', path, { role })).status).toBe(200);
}

const open: ManageBreakouts = { change: { open: true, rename: [] } };

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

    expect(edge.session(meetingId, ben.participantId)).toBeDefined();
    const anew = await published(ben, camera);
    expect(anew).not.toBe(track);
    expect(edge.session(red, ben.participantId)?.tracks.has(anew)).toBe(true);
    await ben.client.untilEvent(({ trackPublished }) => trackPublished?.id === anew);
    expect((await ben.client.ask({ transferred: {} })).done).toEqual({});
    expect(edge.session(meetingId, ben.participantId)).toBeUndefined();

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
    expect(edge.session(meetingId, ben.participantId)).toBeDefined();
    for (const room of [red, blue]) expect(edge.session(room, ben.participantId)).toBeUndefined();
  });

  it('comes back to a meeting that was filled by others meanwhile', async () => {
    const { meetingId, ada, ben, red } = await prepared(false, { capacity: 3 });
    await manage(ada.client, assign(red, ben));
    await manage(ada.client, open);
    await untilIn(ben.client, red);
    await joined(mesh, one, meetingId, 'Dora', { role: 'panelist' });
    await expect(joined(mesh, one, meetingId, 'Eve', { role: 'panelist' })).rejects.toThrow('MEETING_FULL');
    await manage(ada.client, { close: {} });
    await untilIn(ben.client, meetingId, 2);
  });

  it('is in the meeting what it was made in a room, and there what it was made in the meeting', async () => {
    const { meetingId, ada, ben, red } = await prepared();
    const made = (role: Role) => ({ role, meeting: { participants: expect.arrayContaining([seenAs(role)]) } });
    const seenAs = (role: Role) => expect.objectContaining({ id: ben.participantId, role });
    await give(meetingId, ben, 'cohost');
    await manage(ada.client, assign(red, ben));
    await manage(ada.client, open);
    expect(await untilIn(ben.client, red)).toMatchObject(made(Role.COHOST));
    await give(red, ben, 'panelist');
    await manage(ada.client, assign('', ben));
    expect(await untilIn(ben.client, meetingId, 2)).toMatchObject(made(Role.PANELIST));
    await give(meetingId, ben, 'cohost');
    await manage(ada.client, assign(red, ben));
    expect(await untilIn(ben.client, red, 3)).toMatchObject(made(Role.COHOST));
  });

  it('is what it was made there also when it joins with its token', async () => {
    const { meetingId, ada, ben, red } = await prepared();
    await manage(ada.client, assign(red, ben));
    await manage(ada.client, open);
    await untilIn(ben.client, red);
    await give(red, ben, 'cohost');
    ben.client.cut();
    const back = await mesh.client(one);
    const { joined: answer } = await back.ask({ join: joinWith(ben.token) });
    expect(answer).toMatchObject({ role: Role.COHOST, meeting: { meetingId } });
    expect((await untilIn(back, red)).role).toBe(Role.COHOST);
  });

  it('arrives as what it became on the way there, and is noted to have come, gone and come', async () => {
    const { body: webhook } = await call(one.httpAddress, 'POST', '/v1/webhooks', { url: 'http://127.0.0.1:1/' });
    onTestFinished(async () => {
      await call(one.httpAddress, 'DELETE', `/v1/webhooks/${String(webhook.id)}`);
    });
    const { meetingId, ada, ben, red } = await prepared();
    await manage(ada.client, assign(red, ben));
    const { promise, resolve } = Promise.withResolvers<void>();
    edge.untilOpened = promise;
    await manage(ada.client, open);
    await expect.poll(() => edge.session(red, ben.participantId)).toBeDefined();
    await give(meetingId, ben, 'cohost');
    await ben.client.until(({ roleChanged }) => roleChanged);
    resolve();
    expect((await untilIn(ben.client, red)).role).toBe(Role.COHOST);
    const database = new Client({ connectionString: mesh.config.databaseUrl });
    onTestFinished(() => database.end());
    await database.connect();
    const told = async () => {
      const query = `SELECT type FROM webhook_deliveries WHERE payload::jsonb->'data'->>'meetingId' = $1 ORDER BY created_at`;
      return (await database.query(query, [red])).rows.map(({ type }) => type);
    };
    await expect.poll(told).toEqual(['participant.joined', 'participant.left', 'participant.joined']);
  });

  it('comes back to none of the rooms, nor to the meeting, once it was banned there', async () => {
    const { ada, ben, red } = await prepared();
    await manage(ada.client, assign(red, ben));
    await manage(ada.client, open);
    await untilIn(ben.client, red);
    await call(one.httpAddress, 'POST', `/v1/meetings/${red}/participants/${ben.participantId}/ban`);
    expect(await ben.client.untilGoodbye()).toBe('BANNED');
    const back = await mesh.client(one);
    expect((await back.ask({ join: joinWith(ben.token) })).error?.code).toBe('BANNED');
  });

  it('is taken there again when it joins with its token after everything was lost', async () => {
    const { meetingId, ada, ben, red } = await prepared();
    await manage(ada.client, assign(red, ben));
    await manage(ada.client, open);
    await untilIn(ben.client, red);
    ben.client.cut();
    const back = await mesh.client(one);
    expect((await back.ask({ join: joinWith(ben.token) })).joined?.meeting?.meetingId).toBe(meetingId);
    const there = await untilIn(back, red);
    expect(there.meeting?.participants.map(({ id }) => id)).toEqual([ben.participantId]);
  });
});

describe('a connection lost in the middle of a move', () => {
  it('leaves the participant in the room, which it resumes on another replica, and nowhere else', async () => {
    const { meetingId, ada, ben, red } = await prepared();
    await manage(ada.client, assign(red, ben));
    await manage(ada.client, open);
    const { resumeToken, meeting } = await untilIn(ben.client, red);
    ben.client.cut();
    const back = await mesh.client(one);
    const resume = { resumeToken, position: meeting?.position, restartIce: false };
    const { resumed } = await back.ask({ resume });
    expect(resumed?.resumeToken).toBeDefined();
    const track = (await back.ask({ publish: camera })).published?.trackId ?? '';
    expect(edge.session(red, ben.participantId)?.tracks.has(track)).toBe(true);
    await expect.poll(() => edge.session(meetingId, ben.participantId)).toBeUndefined();
    const { breakouts } = await back.until((message) => (message.breakouts?.ownRoomId === red ? message : undefined));
    expect(breakouts?.phase).toBe(BreakoutPhase.OPEN);
    const stale = await mesh.client(two);
    const refused = await stale.ask({
      resume: { resumeToken: ben.answer.resumeToken, position: undefined, restartIce: false },
    });
    expect(refused.error?.code).toBe('RESUME_REFUSED');
  });

  it('lets it join again when the room has ended meanwhile', async () => {
    const { ada, ben, red } = await prepared();
    await manage(ada.client, assign(red, ben));
    await manage(ada.client, open);
    const { resumeToken } = await untilIn(ben.client, red);
    ben.client.cut();
    await manage(ada.client, { close: {} });
    const comesBack = async () => {
      const client = await mesh.client(one);
      const { error } = await client.ask({ resume: { resumeToken, position: undefined, restartIce: false } });
      client.cut();
      return error?.code;
    };
    await expect.poll(comesBack, { timeout: 60_000, interval: 5_000 }).toBe('RESUME_REFUSED');
  });
});

describe('the time of the rooms', () => {
  it('brings everybody back when it is over, also when the replica that set it is gone', async () => {
    const third = await mesh.replica();
    await mesh.untilHeard([third], ['europe']);
    const { meetingId, ben, cem, ada, red, blue } = await prepared();
    const base = `/v1/meetings/${meetingId}/breakouts`;
    const dora = await joined(mesh, third, meetingId, 'Dora');
    await manage(dora.client, assign(red, ben));
    await manage(dora.client, assign(blue, cem));
    const change = { open: true, closesInSeconds: 3 };
    expect((await call(third.httpAddress, 'PATCH', base, change, `Bearer ${dora.token}`)).status).toBe(200);
    await untilIn(ben.client, red);
    await untilIn(cem.client, blue);
    const { closesAt = 0, now } = await untilTold(ben.client, ({ ownRoomId }) => ownRoomId === red);
    expect(Number(closesAt) - Number(now)).toBeGreaterThan(0);
    await third[Symbol.asyncDispose]();
    for (const { client } of [ben, cem]) await untilIn(client, meetingId, 2);
    await untilTold(ada.client, ({ phase }) => phase === BreakoutPhase.UNSPECIFIED);
    await expect.poll(async () => codeOf(await call(one.httpAddress, 'GET', base))).toBe('BREAKOUTS_NOT_FOUND');
    const room = async () => (await call(one.httpAddress, 'GET', `/v1/meetings/${red}`)).body;
    await expect.poll(room).toMatchObject({ status: 'ended' });
  });
});

describe('hosts', () => {
  it('see who is where from wherever they are, hear who asks for help, and speak to all rooms', async () => {
    const { ada, ben, cem, red, blue } = await prepared();
    await manage(ada.client, assign(red, ben));
    await manage(ada.client, open);
    await untilIn(ben.client, red);
    expect((await ada.client.ask({ chooseBreakout: { roomId: blue } })).done).toEqual({});
    await untilIn(ada.client, blue);
    expect((await ben.client.ask({ askForHelp: { wanted: true } })).done).toEqual({});
    const told = await untilTold(ada.client, ({ ownRoomId, places }) => {
      return ownRoomId === blue && places.some(({ asksForHelp, present }) => asksForHelp && present);
    });
    const where = new Map(told.places.map(({ name, roomId, asksForHelp }) => [name, [roomId, asksForHelp]]));
    expect(Object.fromEntries(where)).toEqual({ Ada: [blue, false], Ben: [red, true], Cem: ['', false] });
    await manage(ada.client, { broadcast: { text: ' Two\nminutes ' } });
    for (const { client } of [ada, ben, cem]) {
      const { breakoutBroadcast } = await client.untilEvent((event) => event.breakoutBroadcast !== undefined);
      expect(breakoutBroadcast).toEqual({ fromName: 'Ada', text: 'Two minutes' });
    }
    await ada.client.ask({ chooseBreakout: { roomId: red } });
    await untilIn(ada.client, red, 2);
    await untilTold(ada.client, ({ ownRoomId, places }) => ownRoomId === red && !places.some((one) => one.asksForHelp));
  });

  it('are asked for help over REST, and rooms chosen, by who is in the meeting or one of its rooms', async () => {
    const { meetingId, ada, ben, red } = await prepared(true);
    await manage(ada.client, open);
    const ask = (what: string, body: object, as?: Person) =>
      call(two.httpAddress, 'POST', `/v1/meetings/${meetingId}/breakouts/${what}`, body, as && `Bearer ${as.token}`);
    expect((await ask('choose', { roomId: red }, ben)).status).toBe(204);
    await untilIn(ben.client, red);
    expect((await ask('help', { wanted: true }, ben)).status).toBe(204);
    await untilTold(ada.client, ({ places }) => places.some(({ name, asksForHelp }) => name === 'Ben' && asksForHelp));
    expect((await ask('help', { wanted: false }, ben)).status).toBe(204);
    await untilTold(ada.client, ({ places }) => places.some(({ name, asksForHelp }) => name === 'Ben' && !asksForHelp));
    expect((await ask('choose', { roomId: null }, ben)).status).toBe(204);
    await untilIn(ben.client, meetingId, 2);
    const other = await prepared();
    for (const [what, body] of [
      ['choose', { roomId: red }],
      ['help', { wanted: true }],
    ] as const) {
      expect(codeOf(await ask(what, body))).toBe('FORBIDDEN');
      expect(codeOf(await ask(what, body, other.ben))).toBe('MEETING_NOT_FOUND');
    }
    await manage(other.ada.client, open);
    const path = `/v1/meetings/${other.meetingId}/breakouts/choose`;
    const notAllowed = await call(one.httpAddress, 'POST', path, { roomId: other.red }, `Bearer ${other.ben.token}`);
    expect(codeOf(notAllowed)).toBe('FORBIDDEN');
  });

  it('stay host while they are in a room, and have a successor only when they leave from there', async () => {
    const { meetingId, ada, red } = await prepared();
    const cleo = await joined(mesh, two, meetingId, 'Cleo', { role: 'cohost' });
    const dora = await joined(mesh, two, meetingId, 'Dora');
    await manage(ada.client, open);
    await ada.client.ask({ chooseBreakout: { roomId: red } });
    await untilIn(ada.client, red);
    expect((await dora.client.ask({ leave: {} })).done).toEqual({});
    const { answer } = await joined(mesh, one, meetingId, 'Eve', { role: 'panelist' });
    expect(answer.meeting?.participants.find(({ id }) => id === cleo.participantId)?.role).toBe(Role.COHOST);
    await ada.client.ask({ leave: {} });
    await cleo.client.until(({ roleChanged }) => (roleChanged?.role === Role.HOST ? roleChanged : undefined));
  });

  it('step down in a room only when somebody else is host, there or in the meeting', async () => {
    const { meetingId, ada, red } = await prepared();
    const cleo = await joined(mesh, two, meetingId, 'Cleo', { role: 'cohost' });
    await manage(ada.client, open);
    await ada.client.ask({ chooseBreakout: { roomId: red } });
    await untilIn(ada.client, red);
    const stepDown = { changeRole: { participantId: ada.participantId, role: Role.COHOST } };
    expect((await ada.client.ask(stepDown)).error?.code).toBe('LAST_HOST');
    await give(meetingId, cleo, 'host');
    expect((await ada.client.ask(stepDown)).done).toEqual({});
  });

  it('are hosts of the meeting as well, who became it in a room', async () => {
    const { meetingId, ada, red } = await prepared();
    const cleo = await joined(mesh, two, meetingId, 'Cleo', { role: 'panelist' });
    await give(meetingId, cleo, 'cohost');
    await manage(ada.client, open);
    await cleo.client.ask({ chooseBreakout: { roomId: red } });
    await untilIn(cleo.client, red);
    await ada.client.ask({ leave: {} });
    await cleo.client.until(({ roleChanged }) => (roleChanged?.role === Role.HOST ? roleChanged : undefined));
    await manage(cleo.client, { close: {} });
    expect((await untilIn(cleo.client, meetingId, 2)).role).toBe(Role.HOST);
  });

  it('spread everybody but themselves over the rooms, the same way for the same seed', async () => {
    const { meetingId, ada, ben, cem, red, blue } = await prepared();
    const path = `/v1/meetings/${meetingId}/breakouts/assign`;
    const shuffled = async () => {
      const { body } = await call(two.httpAddress, 'POST', path, { random: { seed: 7 } });
      return breakoutsBody.parse(body).people;
    };
    const people = await shuffled();
    const roomOf = (list: typeof people, { participantId }: Person) =>
      list.find((one) => one.participantId === participantId)?.roomId;
    expect(roomOf(people, ada)).toBeNull();
    expect(new Set([roomOf(people, ben), roomOf(people, cem)])).toEqual(new Set([red, blue]));
    expect(await shuffled()).toEqual(people);
  });

  it('rename a room for those who are in it', async () => {
    const { ada, ben, red } = await prepared();
    await manage(ada.client, assign(red, ben));
    await manage(ada.client, open);
    await untilIn(ben.client, red);
    await manage(ada.client, { change: { open: false, rename: [{ id: red, name: 'Crimson' }] } });
    await ben.client.untilEvent(({ meetingUpdated }) => meetingUpdated?.title === 'Crimson');
    await untilTold(ben.client, ({ rooms }) => rooms.some(({ name }) => name === 'Crimson'));
  });

  it('say where media may be for their rooms as well', async () => {
    const { meetingId, red } = await prepared();
    const settings = { allowedRegions: ['eu-central-1'] };
    expect((await call(two.httpAddress, 'PATCH', `/v1/meetings/${meetingId}`, { settings })).status).toBe(200);
    const { body } = await call(one.httpAddress, 'GET', `/v1/meetings/${red}`);
    expect(body).toMatchObject({ title: 'Red', settings });
  });

  it('end it all from inside a room, which is not ended by itself', async () => {
    const { meetingId, ada, ben, cem, red, blue } = await prepared();
    await manage(ada.client, assign(blue, ben));
    await manage(ada.client, assign(red, ada));
    await manage(ada.client, open);
    await untilIn(ben.client, blue);
    await untilIn(ada.client, red);
    expect(codeOf(await call(one.httpAddress, 'POST', `/v1/meetings/${red}/end`))).toBe('FORBIDDEN');
    ada.client.ws.send(JSON.stringify({ id: 99, endMeeting: {} }));
    for (const { client } of [ada, ben, cem]) expect(await client.untilGoodbye()).toBe('MEETING_ENDED');
    const { body } = await call(one.httpAddress, 'GET', `/v1/meetings/${meetingId}`);
    expect(body.status).toBe('ended');
  });

  it('end it all for those in rooms as well', async () => {
    const { meetingId, ada, ben, red } = await prepared();
    await manage(ada.client, assign(red, ben));
    await manage(ada.client, open);
    await untilIn(ben.client, red);
    await call(one.httpAddress, 'POST', `/v1/meetings/${meetingId}/end`);
    expect(await ben.client.untilGoodbye()).toBe('MEETING_ENDED');
    const database = new Client({ connectionString: mesh.config.databaseUrl });
    onTestFinished(() => database.end());
    await database.connect();
    const { rows } = await database.query(`SELECT closed_at FROM breakouts WHERE meeting_id = $1`, [meetingId]);
    expect(rows).toEqual([{ closed_at: expect.any(Date) }]);
  });
});

describe('what is not allowed', () => {
  it('managing rooms without being a host, choosing one that is not to be chosen, and rooms of another meeting', async () => {
    const { meetingId, ada, ben, red } = await prepared();
    const mine = { names: ['Mine'], selfChosen: true };
    expect((await ben.client.ask({ manageBreakouts: { create: mine } })).error?.code).toBe('FORBIDDEN');
    expect((await ben.client.ask({ manageBreakouts: open })).error?.code).toBe('FORBIDDEN');
    const base = `/v1/meetings/${meetingId}/breakouts`;
    const asBen = await call(one.httpAddress, 'POST', base, { names: ['Mine'] }, `Bearer ${ben.token}`);
    expect(codeOf(asBen)).toBe('FORBIDDEN');
    expect(codeOf(await call(one.httpAddress, 'GET', base, undefined, null))).toBe('TOKEN_INVALID');
    await manage(ada.client, open);
    expect((await ben.client.ask({ chooseBreakout: { roomId: red } })).error?.code).toBe('FORBIDDEN');
    const other = await prepared(true);
    await manage(other.ada.client, open);
    const stranger = await other.ben.client.ask({ chooseBreakout: { roomId: red } });
    expect(stranger.error?.code).toBe('BREAKOUT_ROOM_NOT_FOUND');
    const foreign = await other.ada.client.ask({ manageBreakouts: assign(red, other.ben) });
    expect(foreign.error?.code).toBe('BREAKOUT_ROOM_NOT_FOUND');
    const unknown = await other.ada.client.ask({ manageBreakouts: assign(other.red, ben) });
    expect(unknown.error?.code).toBe('PARTICIPANT_NOT_FOUND');
    expect((await other.ben.client.ask({ chooseBreakout: { roomId: other.red } })).done).toEqual({});
    await untilIn(other.ben.client, other.red);
    const otherBase = `/v1/meetings/${other.meetingId}/breakouts`;
    expect(codeOf(await call(one.httpAddress, 'GET', otherBase, undefined, `Bearer ${ada.token}`))).toBe(
      'MEETING_NOT_FOUND',
    );
  });

  it('more rooms than fifty, nameless ones, a second set, and any in a webinar', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const base = `/v1/meetings/${meetingId}/breakouts`;
    const names = Array.from({ length: 51 }, (_, index) => `Room ${index + 1}`);
    const create = async (body: object, path = base) => codeOf(await call(one.httpAddress, 'POST', path, body));
    expect(await create({ names })).toBe('BAD_REQUEST');
    expect(await create({ names: [' '] })).toBe('BAD_REQUEST');
    expect(await create({ names: names.slice(1) })).toBeUndefined();
    expect(await create({ names: ['Another'] })).toBe('BREAKOUTS_EXIST');
    const webinar = await newMeeting(one.httpAddress, { mode: 'webinar' });
    expect(await create({ names: ['Room'] }, `/v1/meetings/${webinar}/breakouts`)).toBe('BAD_REQUEST');
    const { body } = await call(one.httpAddress, 'GET', base);
    const [room] = breakoutsBody.parse(body).rooms;
    expect(codeOf(await call(one.httpAddress, 'POST', `/v1/meetings/${room?.id}/breakouts`, { names: ['In'] }))).toBe(
      'BAD_REQUEST',
    );
    expect(
      codeOf(await call(one.httpAddress, 'POST', `/v1/meetings/${room?.id}/tokens`, { name: 'X', role: 'host' })),
    ).toBe('FORBIDDEN');
  });
});

describe('a program that publishes by WHIP', () => {
  it('is given no room, neither by shuffling nor by hosts', async () => {
    const { meetingId, ada, ben, cem, red, blue } = await prepared();
    const { token, participantId } = await newToken(one.httpAddress, meetingId, 'Studio', 'panelist');
    const { status } = await sdpRequest(one, 'POST', '/v1/whip', offered(token, obsOffer));
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
