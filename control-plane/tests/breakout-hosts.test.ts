import { Role } from '@canopy/proto/signal';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import { assign, manage, open, openWith, prepareBreakouts, untilIn, untilTold } from '../src/testing/breakouts.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { giveRole, joined, type Person } from '../src/testing/people.ts';

const breakoutsBody = z.object({
  phase: z.string(),
  rooms: z.array(z.object({ id: z.string(), name: z.string() })),
  people: z.array(z.object({ participantId: z.string(), roomId: z.string().nullable(), present: z.boolean() })),
});

const pair = pairForTests({ timing: { graceMs: 4_000 } });

const prepared = (how?: Parameters<typeof prepareBreakouts>[1]) => prepareBreakouts(pair, how);

describe('hosts', () => {
  it('see who is where from wherever they are, hear who asks for help, and speak to all rooms', async () => {
    const { ada, ben, cem, red, blue } = await prepared();
    await openWith(ada, red, ben);
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
    const { meetingId, ada, ben, red } = await prepared({ selfChosen: true });
    await manage(ada.client, open);
    const ask = (what: string, body: object, as?: Person) =>
      call(
        pair.two.httpAddress,
        'POST',
        `/v1/meetings/${meetingId}/breakouts/${what}`,
        body,
        as && `Bearer ${as.token}`,
      );
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
    const notAllowed = await call(
      pair.one.httpAddress,
      'POST',
      path,
      { roomId: other.red },
      `Bearer ${other.ben.token}`,
    );
    expect(codeOf(notAllowed)).toBe('FORBIDDEN');
  });

  it('stay host while they are in a room, and have a successor only when they leave from there', async () => {
    const { meetingId, ada, red } = await prepared();
    const cleo = await joined(pair.mesh, pair.two, meetingId, 'Cleo', { role: 'cohost' });
    const dora = await joined(pair.mesh, pair.two, meetingId, 'Dora');
    await manage(ada.client, open);
    await ada.client.ask({ chooseBreakout: { roomId: red } });
    await untilIn(ada.client, red);
    expect((await dora.client.ask({ leave: {} })).done).toEqual({});
    const { answer } = await joined(pair.mesh, pair.one, meetingId, 'Eve', { role: 'panelist' });
    expect(answer.meeting?.participants.find(({ id }) => id === cleo.participantId)?.role).toBe(Role.COHOST);
    await ada.client.ask({ leave: {} });
    await cleo.client.until(({ roleChanged }) => (roleChanged?.role === Role.HOST ? roleChanged : undefined));
  });

  it('step down in a room only when somebody else is host, there or in the meeting', async () => {
    const { meetingId, ada, red } = await prepared();
    const cleo = await joined(pair.mesh, pair.two, meetingId, 'Cleo', { role: 'cohost' });
    await manage(ada.client, open);
    await ada.client.ask({ chooseBreakout: { roomId: red } });
    await untilIn(ada.client, red);
    const stepDown = { changeRole: { participantId: ada.participantId, role: Role.COHOST } };
    expect((await ada.client.ask(stepDown)).error?.code).toBe('LAST_HOST');
    await giveRole(pair.one, meetingId, cleo, 'host');
    expect((await ada.client.ask(stepDown)).done).toEqual({});
  });

  it('are hosts of the meeting as well, who became it in a room', async () => {
    const { meetingId, ada, red } = await prepared();
    const cleo = await joined(pair.mesh, pair.two, meetingId, 'Cleo', { role: 'panelist' });
    await giveRole(pair.one, meetingId, cleo, 'cohost');
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
      const { body } = await call(pair.two.httpAddress, 'POST', path, { random: { seed: 7 } });
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
    await openWith(ada, red, ben);
    await manage(ada.client, { change: { open: false, rename: [{ id: red, name: 'Crimson' }] } });
    await ben.client.untilEvent(({ meetingUpdated }) => meetingUpdated?.title === 'Crimson');
    await untilTold(ben.client, ({ rooms }) => rooms.some(({ name }) => name === 'Crimson'));
  });

  it('say where media may be for their rooms as well', async () => {
    const { meetingId, red } = await prepared();
    const settings = { allowedRegions: ['eu-central-1'] };
    expect((await call(pair.two.httpAddress, 'PATCH', `/v1/meetings/${meetingId}`, { settings })).status).toBe(200);
    const { body } = await call(pair.one.httpAddress, 'GET', `/v1/meetings/${red}`);
    expect(body).toMatchObject({ title: 'Red', settings });
  });

  it('end it all from inside a room, which is not ended by itself', async () => {
    const { meetingId, ada, ben, cem, red, blue } = await prepared();
    await manage(ada.client, assign(blue, ben));
    await manage(ada.client, assign(red, ada));
    await manage(ada.client, open);
    await untilIn(ben.client, blue);
    await untilIn(ada.client, red);
    expect(codeOf(await call(pair.one.httpAddress, 'POST', `/v1/meetings/${red}/end`))).toBe('FORBIDDEN');
    ada.client.ws.send(JSON.stringify({ id: 99, endMeeting: {} }));
    for (const { client } of [ada, ben, cem]) expect(await client.untilGoodbye()).toBe('MEETING_ENDED');
    const { body } = await call(pair.one.httpAddress, 'GET', `/v1/meetings/${meetingId}`);
    expect(body.status).toBe('ended');
  });

  it('end it all for those in rooms as well', async () => {
    const { meetingId, ada, ben, red } = await prepared();
    await openWith(ada, red, ben);
    await call(pair.one.httpAddress, 'POST', `/v1/meetings/${meetingId}/end`);
    expect(await ben.client.untilGoodbye()).toBe('MEETING_ENDED');
    const rows = await pair.mesh.query(`SELECT closed_at FROM breakouts WHERE meeting_id = $1`, [meetingId]);
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
    const asBen = await call(pair.one.httpAddress, 'POST', base, { names: ['Mine'] }, `Bearer ${ben.token}`);
    expect(codeOf(asBen)).toBe('FORBIDDEN');
    expect(codeOf(await call(pair.one.httpAddress, 'GET', base, undefined, null))).toBe('TOKEN_INVALID');
    await manage(ada.client, open);
    expect((await ben.client.ask({ chooseBreakout: { roomId: red } })).error?.code).toBe('FORBIDDEN');
    const other = await prepared({ selfChosen: true });
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
    expect(codeOf(await call(pair.one.httpAddress, 'GET', otherBase, undefined, `Bearer ${ada.token}`))).toBe(
      'MEETING_NOT_FOUND',
    );
  });

  it('more rooms than fifty, nameless ones, a second set, and any in a webinar', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const base = `/v1/meetings/${meetingId}/breakouts`;
    const names = Array.from({ length: 51 }, (_, index) => `Room ${index + 1}`);
    const create = async (body: object, path = base) => codeOf(await call(pair.one.httpAddress, 'POST', path, body));
    expect(await create({ names })).toBe('BAD_REQUEST');
    expect(await create({ names: [' '] })).toBe('BAD_REQUEST');
    expect(await create({ names: names.slice(1) })).toBeUndefined();
    expect(await create({ names: ['Another'] })).toBe('BREAKOUTS_EXIST');
    const webinar = await newMeeting(pair.one.httpAddress, { mode: 'webinar' });
    expect(await create({ names: ['Room'] }, `/v1/meetings/${webinar}/breakouts`)).toBe('BAD_REQUEST');
    const { body } = await call(pair.one.httpAddress, 'GET', base);
    const [room] = breakoutsBody.parse(body).rooms;
    expect(
      codeOf(await call(pair.one.httpAddress, 'POST', `/v1/meetings/${room?.id}/breakouts`, { names: ['In'] })),
    ).toBe('BAD_REQUEST');
    expect(
      codeOf(await call(pair.one.httpAddress, 'POST', `/v1/meetings/${room?.id}/tokens`, { name: 'X', role: 'host' })),
    ).toBe('FORBIDDEN');
  });
});
