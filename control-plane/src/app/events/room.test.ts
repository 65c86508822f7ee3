import { type MeetingEvent, Role } from '@canopy/proto/signal';
import { silentLogger } from '@canopy/runtime/logger';
import { describe, expect, it } from 'vitest';
import type { MeetingMode, RoleName } from '../../core/meeting/roles.ts';
import { emptyState, type MeetingState } from '../../core/meeting/state.ts';
import { liveSession, silentMember } from '../../testing/live-session.ts';
import { recordOf } from '../session/live-session.ts';
import { Room, type RoomDeps } from './room.ts';

const position = { generation: 'g', sequence: 0 };

function roomOf(deps: Pick<RoomDeps, 'store'> & Partial<RoomDeps>): Room {
  return new Room('m', {
    replicaId: 'r',
    stream: { positions: async () => [position], since: async () => [] },
    bus: { listen: () => () => {}, announceEvents: () => {}, announceReplaced: () => {} },
    logger: silentLogger,
    ...deps,
  });
}

/** A room, and what each who is in it hears, by participant id. */
async function roomWith(people: Readonly<Record<string, RoleName>>, mode: MeetingMode = 'webinar') {
  const heard: Record<string, (MeetingEvent | MeetingState | number)[]> = {};
  const profile = { title: '', mode, settings: {}, revision: 0 };
  const sessions = Object.entries(people).map(([id, role]) => liveSession(id, { role, profile }));
  const participants = sessions.filter(({ role }) => role !== 'attendee').map(recordOf);
  const room = roomOf({
    store: {
      read: async () => ({ ...emptyState, participants, position }),
      restore: async () => ({ events: [] }),
      connectionOf: async () => undefined,
    },
  });
  await room.open();
  for (const session of sessions) {
    const id = session.participantId;
    const list: (MeetingEvent | MeetingState | number)[] = [];
    heard[id] = list;
    const member = room.enter(id, {
      ...silentMember,
      event: (event) => list.push(event),
      counts: ({ attendeeCount }) => list.push(attendeeCount),
      snapshot: (state) => list.push(state),
    });
    room.begin(member, session, position);
  }
  return { room, heard };
}

const newcomer = { id: 'new', name: 'New', role: Role.ATTENDEE, edgeId: 'e', region: 'r', connected: true };
const attendeeJoins = (sequence: number): MeetingEvent => ({
  position: { generation: 'g', sequence },
  ofAttendee: true,
  participantJoined: newcomer,
});

describe('a room of a webinar', () => {
  it('passes an attendee’s coming to those who may know, whatever the size of the audience', async () => {
    const audience = Array.from({ length: 500 }, (_, index) => [`attendee ${index}`, 'attendee'] as const);
    const { room, heard } = await roomWith({ host: 'host', panelist: 'panelist', ...Object.fromEntries(audience) });
    const event = attendeeJoins(1);
    room.changed({ events: [event] });
    const told = Object.entries(heard).filter(([, list]) => list.length > 0);
    expect(told).toEqual([
      ['host', [event]],
      ['panelist', [event]],
    ]);
  });

  it('tells an attendee what changed about it, and no other', async () => {
    const { room, heard } = await roomWith({ host: 'host', ann: 'attendee', ben: 'attendee' });
    const event = {
      position: { generation: 'g', sequence: 1 },
      ofAttendee: true,
      participantUpdated: { ...newcomer, id: 'ann', name: 'Anna' },
    };
    room.changed({ events: [event] });
    expect(heard).toEqual({ host: [event], ann: [event], ben: [] });
  });

  it('tells the audience its number once, however often it changed meanwhile', async () => {
    const { room, heard } = await roomWith({ host: 'host', ann: 'attendee' });
    for (let sequence = 1; sequence <= 40; sequence++) room.changed({ events: [attendeeJoins(sequence)] });
    room.tellCounts();
    room.tellCounts();
    expect(heard.ann).toEqual([40]);
    expect(heard.host).toHaveLength(40);
  });

  it('tells a large audience its number some at a time, and everybody in the end', async () => {
    const audience = Array.from({ length: 2_500 }, (_, index) => [`attendee ${index}`, 'attendee'] as const);
    const { room, heard } = await roomWith({ host: 'host', ...Object.fromEntries(audience) });
    room.changed({ events: [attendeeJoins(1)] });
    const told = () => audience.filter(([id]) => heard[id]?.includes(1)).length;
    room.tellCounts();
    expect(told()).toBeLessThanOrEqual(1_000);
    room.tellCounts();
    room.tellCounts();
    expect(told()).toBe(2_500);
  });

  it('tells everybody of the stage', async () => {
    const { room, heard } = await roomWith({ host: 'host', ann: 'attendee' });
    const event = {
      position: { generation: 'g', sequence: 1 },
      participantJoined: { ...newcomer, role: Role.PANELIST },
    };
    room.changed({ events: [event] });
    expect([heard.host, heard.ann]).toEqual([[event], [event]]);
  });
});

describe('a room of a large meeting', () => {
  it('passes what happens in its crowd to who keeps order, and to the others how many that are', async () => {
    const { room, heard } = await roomWith({ host: 'host', cohost: 'cohost', ben: 'panelist' }, 'meeting');
    const event = attendeeJoins(1);
    room.changed({ events: [event] });
    room.tellCounts();
    expect(heard).toEqual({ host: [event], cohost: [event], ben: [1] });
  });

  it('says nothing of a crowd where there was none', async () => {
    const { room, heard } = await roomWith({ ben: 'panelist' }, 'meeting');
    room.tellCounts();
    expect(heard.ben).toEqual([]);
  });

  it('shows the meeting anew to who keeps order from now on, where there is a crowd to be told of', async () => {
    const becomesCohost = (sequence: number): MeetingEvent => ({
      position: { generation: 'g', sequence },
      participantUpdated: { ...newcomer, id: 'ben', role: Role.COHOST },
    });
    const small = await roomWith({ ben: 'panelist' }, 'meeting');
    small.room.changed({ events: [becomesCohost(1)] });
    expect(small.heard.ben).toEqual([becomesCohost(1)]);
    const large = await roomWith({ ben: 'panelist' }, 'meeting');
    large.room.changed({ events: [attendeeJoins(1), becomesCohost(2), attendeeJoins(3)] });
    const told = large.heard.ben;
    expect(told).toEqual([becomesCohost(2), expect.objectContaining({ attendeeCount: 1 }), attendeeJoins(3)]);
  });
});

describe('a room that can not have what it missed', () => {
  it('says so when it has read the state as a whole', async () => {
    const counts = [1, 7];
    const told: number[] = [];
    const room = roomOf({
      store: {
        read: async () => ({ ...emptyState, position, attendeeCount: counts.shift() ?? 0 }),
        restore: async () => ({ events: [] }),
        connectionOf: async () => undefined,
      },
      stream: { positions: async () => [position], since: async () => undefined },
      onReadAnew: ({ state }) => told.push(state.attendeeCount),
    });
    await room.open();
    expect(told).toEqual([]);
    await room.catchUp();
    expect(told).toEqual([7]);
  });
});

describe('a participant of a room', () => {
  it('has the session of the connection that began last, while that is there', async () => {
    const { room } = await roomWith({ ann: 'attendee' });
    const first = room.sessionOf('ann');
    const again = liveSession('ann', { connectionId: 'newer' });
    const member = room.enter('newer', silentMember);
    expect([first?.connectionId, room.sessionOf('ann')]).toEqual(['ann', first]);
    room.begin(member, again, position);
    room.exit('ann');
    expect(room.sessionOf('ann')).toBe(again);
    room.exit('newer');
    expect(room.sessionOf('ann')).toBeUndefined();
  });
});
