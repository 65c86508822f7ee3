import { randomInt, randomUUID } from 'node:crypto';
import type { Breakouts as WireBreakouts } from '@canopy/proto/breakouts';
import { CanopyError } from '@canopy/runtime/errors';
import type { Principal } from '../../core/access/authorize.ts';
import { type Breakouts, breakoutLimits, mayChoose, requireRoom } from '../../core/breakouts/breakouts.ts';
import { shuffle } from '../../core/breakouts/shuffle.ts';
import { type Meeting, profileOf } from '../../core/meeting/meeting.ts';
import { canManage, roleOfWire } from '../../core/meeting/roles.ts';
import { cleanText } from '../../core/meeting/text.ts';
import type { Access } from '../access/access.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import type { LiveSession } from '../session/live-session.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import { principalOf } from '../session/principal.ts';
import { mainMeetingOf } from './main-meeting.ts';
import type { BreakoutRecords } from './ports.ts';
import { presentIn } from './presence.ts';
import { overviewOf, placesOf } from './wire.ts';

export interface BreakoutsDeps {
  access: Pick<Access, 'require'>;
  meetings: Pick<MeetingRecords, 'find' | 'change'>;
  records: BreakoutRecords;
  store: Pick<MeetingStateStore, 'everybody' | 'participant' | 'setProfile' | 'tell'>;
  rooms: Rooms;
  /** Replicas look at once at what is new, instead of a little later. */
  announce(): void;
}

/** Who asks, as of now, and for which meeting's breakout rooms. */
export interface Asker {
  principal: Principal;
  /** Of a participant. */
  name: string;
  mainMeetingId: string;
}

/** Somebody connected here, who may be in one of the rooms. */
export function askerOf(session: LiveSession): Asker {
  const mainMeetingId = mainMeetingOf(session);
  return { principal: { ...principalOf(session), meetingId: mainMeetingId }, name: session.name, mainMeetingId };
}

export interface BreakoutsChangeRequest {
  open: boolean;
  selfChosen?: boolean | undefined;
  /** 0: when somebody says so. */
  closesInSeconds?: number | undefined;
  rename: readonly { id: string; name: string }[];
}

/**
 * What people and applications do with breakout rooms. Nothing here moves anybody: it says where people belong, and
 * {@link BreakoutKeeping} brings them there. Every method may fail with MEETING_NOT_FOUND, FORBIDDEN, BREAKOUTS_NOT_FOUND
 * and STATE_UNAVAILABLE.
 */
export class BreakoutRooms {
  readonly #deps: BreakoutsDeps;

  constructor(deps: BreakoutsDeps) {
    this.#deps = deps;
  }

  /** Who asks over REST: a token says what somebody was when it was made, and people may be in a room. */
  async asker(principal: Principal, mainMeetingId: string): Promise<Asker> {
    if (principal.kind !== 'participant' || principal.meetingId !== mainMeetingId)
      return { principal, name: '', mainMeetingId };
    const { participantId } = principal;
    const place = await this.#deps.records.place(mainMeetingId, participantId);
    const now =
      (await this.#deps.store.participant(mainMeetingId, participantId)) ??
      (place && (await this.#deps.store.participant(place.roomId, participantId)));
    if (now === undefined) return { principal: { kind: 'anonymous' }, name: '', mainMeetingId };
    return { principal: { ...principal, role: roleOfWire(now.role) }, name: now.name, mainMeetingId };
  }

  /** What hosts see: the rooms, and who is where. */
  async get(asker: Asker): Promise<WireBreakouts> {
    await this.#require(asker);
    const breakouts = await this.#found(asker);
    const places = await this.#deps.records.places(breakouts.meetingId);
    const present = await presentIn(this.#deps.store, breakouts);
    return { ...overviewOf(breakouts, true), places: placesOf(breakouts, places, present) };
  }

  /** Errors also: BREAKOUTS_EXIST, BAD_REQUEST (webinars have none, and rooms have names). */
  async create(asker: Asker, names: readonly string[], selfChosen: boolean): Promise<Breakouts> {
    const main = await this.#require(asker);
    if (main.parentId !== undefined) throw new CanopyError('BAD_REQUEST', 'A breakout room has no breakout rooms.');
    if (main.mode === 'webinar') throw new CanopyError('BAD_REQUEST', 'A webinar has no breakout rooms.');
    if (main.status === 'ended') throw new CanopyError('MEETING_ENDED');
    const rooms = names.map((name) => ({ id: randomUUID(), name: roomName(name) }));
    if (!(await this.#deps.records.create(main, rooms, selfChosen))) throw new CanopyError('BREAKOUTS_EXIST');
    this.#deps.announce();
    return { meetingId: main.id, phase: 'prepared', selfChosen, rooms, closesAt: undefined };
  }

  /** Errors also: BREAKOUT_ROOM_NOT_FOUND, BAD_REQUEST. */
  async change(asker: Asker, { open, selfChosen, closesInSeconds, rename }: BreakoutsChangeRequest): Promise<void> {
    await this.#require(asker);
    const breakouts = await this.#found(asker);
    const renamed = rename.map(({ id, name }) => ({ id, name: roomName(name) }));
    for (const { id } of renamed) requireRoom(breakouts, id);
    const closesInMs =
      closesInSeconds === undefined ? undefined : closesInSeconds === 0 ? null : closesInSeconds * 1_000;
    await this.#deps.records.change(asker.mainMeetingId, { open, selfChosen, closesInMs });
    for (const { id, name } of renamed) await this.#rename(id, name);
    this.#deps.announce();
  }

  /** `roomId` '' takes somebody's room. Errors also: BREAKOUT_ROOM_NOT_FOUND, PARTICIPANT_NOT_FOUND, BREAKOUTS_FULL. */
  async assign(asker: Asker, assignments: readonly { participantId: string; roomId: string }[]): Promise<void> {
    await this.#require(asker);
    const breakouts = await this.#found(asker);
    const names = await this.#names(breakouts);
    const named = assignments.map(({ participantId, roomId }) => {
      if (roomId !== '') requireRoom(breakouts, roomId);
      const name = names.get(participantId);
      if (name === undefined) throw new CanopyError('PARTICIPANT_NOT_FOUND');
      return { participantId, name, roomId: roomId === '' ? undefined : roomId };
    });
    await this.#assign(breakouts, named);
  }

  /** Spreads everybody but hosts and cohosts over the rooms, at random; with the same seed and people in the same way. */
  async shuffle(asker: Asker, seed = randomInt(2 ** 32)): Promise<void> {
    await this.#require(asker);
    const breakouts = await this.#found(asker);
    const present = await presentIn(this.#deps.store, breakouts);
    const people = [...present].filter(([, { role }]) => !canManage(role));
    const roomIds = breakouts.rooms.map(({ id }) => id);
    const given = shuffle(
      people.map(([id]) => id),
      roomIds,
      seed,
    );
    const named = people.map(([participantId, { name }]) => ({
      participantId,
      name,
      roomId: given.get(participantId),
    }));
    await this.#assign(breakouts, named);
  }

  /** Tells everybody in all rooms something. Errors also: BAD_REQUEST (no text). */
  async broadcast(asker: Asker, fromName: string, text: string): Promise<void> {
    await this.#require(asker);
    const { meetingId, rooms } = await this.#found(asker);
    const cleaned = cleanText(text, breakoutLimits.broadcast);
    if (cleaned === '') throw new CanopyError('BAD_REQUEST', 'There is no text.');
    const event = { breakoutBroadcast: { fromName: cleanText(fromName, breakoutLimits.name), text: cleaned } };
    const told = [meetingId, ...rooms.map(({ id }) => id)].map(async (id) =>
      this.#deps.rooms.changed(id, await this.#deps.store.tell(id, [event])),
    );
    await Promise.all(told);
  }

  /** Everybody comes back. */
  async close(asker: Asker): Promise<void> {
    await this.#require(asker);
    await this.#found(asker);
    await this.#deps.records.close(asker.mainMeetingId);
    this.#deps.announce();
  }

  /** Somebody goes to a room, or back ('') to the main meeting. Errors also: BREAKOUT_ROOM_NOT_FOUND, BREAKOUTS_FULL. */
  async choose(asker: Asker, roomId: string): Promise<void> {
    const { participantId, role } = await this.#participant(asker, 'breakout.choose');
    const breakouts = await this.#found(asker);
    if (!mayChoose(breakouts, roomId, role)) throw new CanopyError('FORBIDDEN');
    if (roomId !== '') requireRoom(breakouts, roomId);
    if (canManage(role) && roomId !== '') await this.#deps.records.helped(breakouts.meetingId, roomId);
    await this.#assign(breakouts, [{ participantId, name: asker.name, roomId: roomId === '' ? undefined : roomId }]);
  }

  /** Asks the hosts to come, or takes that back. */
  async askForHelp(asker: Asker, wanted: boolean): Promise<void> {
    const { participantId } = await this.#participant(asker, 'breakout.ask-for-help');
    const { meetingId } = await this.#found(asker);
    await this.#deps.records.askForHelp(meetingId, participantId, wanted);
    this.#deps.announce();
  }

  async #assign(
    { meetingId }: Breakouts,
    assignments: readonly { participantId: string; name: string; roomId: string | undefined }[],
  ): Promise<void> {
    const placed = new Set((await this.#deps.records.places(meetingId)).map(({ participantId }) => participantId));
    for (const { participantId, roomId } of assignments) if (roomId !== undefined) placed.add(participantId);
    if (placed.size > breakoutLimits.assigned) throw new CanopyError('BREAKOUTS_FULL');
    await this.#deps.records.assign(meetingId, assignments);
    this.#deps.announce();
  }

  /** Of everybody who may be given a room: who is there, and who has one. */
  async #names(breakouts: Breakouts): Promise<Map<string, string>> {
    const [present, places] = await Promise.all([
      presentIn(this.#deps.store, breakouts),
      this.#deps.records.places(breakouts.meetingId),
    ]);
    return new Map([
      ...places.map(({ participantId, name }) => [participantId, name] as const),
      ...[...present].map(([id, { name }]) => [id, name] as const),
    ]);
  }

  /** Who is in the room sees it by its new name as well. */
  async #rename(roomId: string, title: string): Promise<void> {
    const changed = await this.#deps.meetings.change(roomId, { title, settings: {}, removed: [] });
    if (changed === undefined) throw new CanopyError('BREAKOUT_ROOM_NOT_FOUND');
    this.#deps.rooms.changed(roomId, await this.#deps.store.setProfile(roomId, profileOf(changed)));
  }

  /** Who asks for themselves. */
  async #participant(
    asker: Asker,
    action: 'breakout.choose' | 'breakout.ask-for-help',
  ): Promise<Extract<Principal, { kind: 'participant' }>> {
    await this.#require(asker, action);
    if (asker.principal.kind !== 'participant') throw new CanopyError('FORBIDDEN');
    return asker.principal;
  }

  async #require(
    { principal, mainMeetingId }: Asker,
    action: 'breakouts.manage' | 'breakout.choose' | 'breakout.ask-for-help' = 'breakouts.manage',
  ): Promise<Meeting> {
    if (principal.kind === 'anonymous') throw new CanopyError('TOKEN_INVALID');
    const meeting = await this.#deps.meetings.find(mainMeetingId);
    if (meeting === undefined) throw new CanopyError('MEETING_NOT_FOUND');
    this.#deps.access.require(principal, { action, meeting });
    return meeting;
  }

  async #found({ mainMeetingId }: Pick<Asker, 'mainMeetingId'>): Promise<Breakouts> {
    const breakouts = await this.#deps.records.find(mainMeetingId);
    if (breakouts === undefined || breakouts.phase === 'closed') throw new CanopyError('BREAKOUTS_NOT_FOUND');
    return breakouts;
  }
}

function roomName(name: string): string {
  const cleaned = cleanText(name, breakoutLimits.name);
  if (cleaned === '') throw new CanopyError('BAD_REQUEST', 'A breakout room has a name.');
  return cleaned;
}
