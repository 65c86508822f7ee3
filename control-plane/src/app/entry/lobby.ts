import { type Waiting, WaitingEnd, type WaitingPerson, WaitingReason } from '@canopy/proto/moderation';
import { AudienceGroup, type MeetingEvent, type MeetingUpdated, type Participant } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { canManage, roleOfWire } from '../../core/meeting/roles.ts';
import type { Room } from '../events/room.ts';
import type { Rooms } from '../events/rooms.ts';
import type { Family } from '../session/family.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { LobbyStore } from './ports.ts';

/** The connection of somebody who waits. */
export interface Visitor {
  /** Tells it that it waits, and why. */
  waiting(waiting: Waiting): void;
  /** It went away. */
  readonly gone: AbortSignal;
}

/** Somebody who waits, and for what. */
export interface Wait {
  meetingId: string;
  person: Omit<WaitingPerson, 'sinceMs'>;
  visitor: Visitor;
  shown: Omit<Waiting, 'text' | 'recorded' | 'withoutHost'>;
  /** Asked once this lobby hears of everything: nothing may have changed unnoticed before. */
  isOver(): Promise<boolean>;
}

export interface LobbyDeps {
  lobbies: LobbyStore;
  store: Pick<MeetingStateStore, 'tell'>;
  family: Pick<Family, 'inRooms'>;
  rooms(): Pick<Rooms, 'acquire' | 'release' | 'changed'>;
  clock: Clock;
  logger: Logger;
}

/** A meeting, as it is now. */
type Behind = Pick<Room, 'meetingId' | 'state'>;

interface Waiter extends Wait {
  room: Behind;
  shown: Waiting;
  done(error?: CanopyError): void;
}

/** A person whose connection is lost keeps the place in the lobby for so long. */
const leaseMs = 20_000;
const renewEveryMs = 5_000;

/** Those who wait at the doors of meetings and are connected here. Whoever lets them in may be on another replica: its word comes as an event. */
export class Lobby {
  readonly #deps: LobbyDeps;
  /** By meeting and participant. */
  readonly #waiters = new Map<string, Map<string, Waiter>>();
  /** Of the meetings that people wait for here those whose hosts were all in breakout rooms when that was looked at last. */
  readonly #hostedFromRooms = new Set<string>();

  constructor(deps: LobbyDeps) {
    this.#deps = deps;
  }

  /** Returns when the person may be let in, perhaps with a whole audience at once, or something changed that decides about it. Errors: ADMISSION_DENIED, MEETING_ENDED, LOBBY_FULL, REPLACED (it waits over another connection by now), TIMEOUT (it went away), STATE_UNAVAILABLE. */
  async wait(wait: Wait): Promise<void> {
    const { meetingId, visitor, shown } = wait;
    const room = await this.#deps.rooms().acquire(meetingId);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever goes away before it is waited for, or after, is no fault.
    promise.catch(() => {});
    const done = (error?: CanopyError) => (error === undefined ? resolve() : reject(error));
    const waiter: Waiter = { ...wait, shown: { ...shown, text: '' }, room, done };
    const goneAway = () => reject(new CanopyError('TIMEOUT'));
    visitor.gone.addEventListener('abort', goneAway);
    try {
      // Who went away meanwhile may wait over another connection.
      if (visitor.gone.aborted) goneAway();
      else this.#add(waiter);
      if (await wait.isOver()) return;
      const text = await this.#deps.lobbies.text(meetingId);
      if (shown.reason === WaitingReason.LOBBY) await this.#findHosts(room);
      show(waiter, { text, ...toldTo(waiter, this.#behindTheDoor(room)) });
      if (shown.reason === WaitingReason.LOBBY) await this.#announce(wait);
      await promise;
    } finally {
      visitor.gone.removeEventListener('abort', goneAway);
      this.#remove(waiter);
      this.#deps.rooms().release(room);
      // Who went away, or came in because the door stands open, keeps its place no longer; who waits on renews it.
      if (shown.reason === WaitingReason.LOBBY) this.#deps.clock.after(leaseMs, () => void this.purge(meetingId));
    }
  }

  /** How many wait here for a webinar to go live. */
  backstage(meetingId: string): number {
    const waiters = this.#at(meetingId);
    return waiters.filter(({ shown }) => shown.reason === WaitingReason.BACKSTAGE).length;
  }

  /** Something happened in a meeting that people may wait for. */
  heard(room: Behind, event: MeetingEvent): void {
    const { meetingId } = room;
    const waiters = this.#at(meetingId);
    const { waitingLeft, waitingTold, meetingUpdated } = event;
    if (waitingLeft !== undefined) {
      const meant = this.#waiters.get(meetingId)?.get(waitingLeft.participantId);
      if (waitingLeft.end === WaitingEnd.ADMITTED) meant?.done();
      if (waitingLeft.end === WaitingEnd.DENIED) meant?.done(new CanopyError('ADMISSION_DENIED'));
    } else if (waitingTold !== undefined) {
      for (const one of waiters) show(one, { text: waitingTold.text });
    } else if (meetingUpdated !== undefined) {
      for (const one of waiters) followUpdate(one, meetingUpdated);
    } else if (event.meetingEnded !== undefined) {
      for (const one of waiters) one.done(new CanopyError('MEETING_ENDED'));
    } else if (event.participantLeft !== undefined && this.#mayBeHostedFromRooms(room, waiters)) {
      void this.#followHosts(room);
    } else if (event.ofAttendee !== true) {
      this.look(room);
    }
  }

  /** Shows those who wait here what is new behind the door. */
  look(room: Behind): void {
    const waiters = this.#at(room.meetingId).filter(isShown);
    if (waiters.length === 0) return;
    const behind = this.#behindTheDoor(room);
    for (const one of waiters) showIfNew(one, toldTo(one, behind));
  }

  /** Keeps the places of those who wait here, until the returned function is called. */
  run(): () => void {
    return this.#deps.clock.every(renewEveryMs, () => {
      for (const meetingId of this.#waiters.keys()) void this.#renew(meetingId);
    });
  }

  /** Forgets those who went away, and tells. Never fails: the next one who looks does it. */
  async purge(meetingId: string): Promise<void> {
    try {
      await this.left(meetingId, await this.#deps.lobbies.purge(meetingId), WaitingEnd.WENT_AWAY);
    } catch (error) {
      this.#deps.logger.debug({ err: error, meetingId }, 'a lobby was not tidied up');
    }
  }

  /** Tells hosts, cohosts and every replica that these wait no more. */
  async left(meetingId: string, participantIds: readonly string[], end: WaitingEnd): Promise<void> {
    const told = participantIds.map((participantId) => toManagers({ waitingLeft: { participantId, end } }));
    if (told.length > 0) await this.#tell(meetingId, told);
  }

  async #announce({ meetingId, person }: Wait): Promise<void> {
    const waiting = { ...person, sinceMs: this.#deps.clock.now() };
    if (!(await this.#deps.lobbies.enter(meetingId, waiting, leaseMs))) return;
    await this.#tell(meetingId, [toManagers({ waitingJoined: waiting })]);
    await this.#deps.lobbies.told(meetingId, waiting);
  }

  /** Tells those in the meeting whom it concerns, and hosts and cohosts in its breakout rooms, which may end meanwhile. */
  async #tell(meetingId: string, events: MeetingEvent[]): Promise<void> {
    await this.#tellIn(meetingId, events);
    try {
      for (const id of await this.#roomsWithHosts(meetingId)) await this.#tellIn(id, events);
    } catch (error) {
      this.#deps.logger.debug({ err: error, meetingId }, 'breakout rooms were not told who waits');
    }
  }

  async #tellIn(meetingId: string, events: MeetingEvent[]): Promise<void> {
    this.#deps.rooms().changed(meetingId, await this.#deps.store.tell(meetingId, events));
  }

  async #roomsWithHosts(meetingId: string): Promise<Set<string>> {
    const hosts = (await this.#deps.family.inRooms(meetingId)).filter(isManager);
    return new Set(hosts.map((host) => host.where.id));
  }

  /** The last host or cohost in the meeting itself is gone, and nobody looked yet whether others are in its breakout rooms. */
  #mayBeHostedFromRooms({ meetingId, state }: Behind, waiters: readonly Waiter[]): boolean {
    if (state.participants.some(isManager) || this.#hostedFromRooms.has(meetingId)) return false;
    return waiters.some((one) => isInLobby(one) && one.shown.withoutHost === false);
  }

  /** Looks whether hosts or cohosts are in breakout rooms, where none is in the meeting itself. */
  async #findHosts({ meetingId, state }: Behind): Promise<void> {
    const elsewhere = !state.participants.some(isManager) && (await this.#roomsWithHosts(meetingId)).size > 0;
    // Whoever waited may have gone meanwhile.
    if (elsewhere && this.#waiters.has(meetingId)) this.#hostedFromRooms.add(meetingId);
    else this.#hostedFromRooms.delete(meetingId);
  }

  /** Never fails: it is looked again when places are renewed. */
  async #followHosts(room: Behind): Promise<void> {
    try {
      await this.#findHosts(room);
    } catch (error) {
      this.#deps.logger.debug({ err: error, meetingId: room.meetingId }, 'hosts were not looked for');
    }
    this.look(room);
  }

  /** What may be known at the door of what goes on behind it. Hosts who went to breakout rooms are there: they are told who waits. */
  #behindTheDoor({ meetingId, state: { participants, recording } }: Behind): BehindTheDoor {
    const managed = participants.some(isManager) || this.#hostedFromRooms.has(meetingId);
    return { recorded: recording !== undefined, withoutHost: !managed };
  }

  async #renew(meetingId: string): Promise<void> {
    const waiters = this.#at(meetingId).filter(isInLobby);
    const [first] = waiters;
    if (first === undefined) return;
    await this.#followHosts(first.room);
    const ids = waiters.map(({ person }) => person.participantId);
    try {
      const gone = await this.#deps.lobbies.renew(meetingId, ids, leaseMs);
      // Let in without our hearing of it, or the store lost its memory: it asks again.
      const missed = new Set(gone);
      for (const one of waiters) if (missed.has(one.person.participantId)) one.done();
    } catch (error) {
      this.#deps.logger.warn({ err: error, meetingId }, 'places in a lobby were not renewed');
    }
  }

  #at(meetingId: string): Waiter[] {
    return [...(this.#waiters.get(meetingId)?.values() ?? [])];
  }

  /** One connection of each person waits: whoever asks anew, from another window or with a copy of the token, takes the place of the one before. */
  #add(waiter: Waiter): void {
    const { meetingId, person } = waiter;
    const waiters = this.#waiters.get(meetingId) ?? new Map<string, Waiter>();
    this.#waiters.set(meetingId, waiters);
    waiters.get(person.participantId)?.done(new CanopyError('REPLACED'));
    waiters.set(person.participantId, waiter);
  }

  #remove(waiter: Waiter): void {
    const { meetingId, person } = waiter;
    const waiters = this.#waiters.get(meetingId);
    if (waiters?.get(person.participantId) !== waiter) return;
    waiters.delete(person.participantId);
    if (waiters.size > 0) return;
    this.#waiters.delete(meetingId);
    this.#hostedFromRooms.delete(meetingId);
  }
}

/** Who waits asks again, but not an audience that has to wait on: ten thousand would ask at each change. */
function followUpdate(waiter: Waiter, { title, rules }: MeetingUpdated): void {
  const waitsOn = waiter.shown.reason === WaitingReason.BACKSTAGE && rules?.backstage === true;
  if (!waitsOn) waiter.done();
  else if (title !== waiter.shown.title) show(waiter, { title });
}

/** Whether it was told that it waits: whoever may come in at once is not. */
function isShown({ shown }: Waiter): boolean {
  return shown.recorded !== undefined;
}

function show(waiter: Waiter, news: Partial<Waiting>): void {
  waiter.shown = { ...waiter.shown, ...news };
  if (isShown(waiter)) waiter.visitor.waiting(waiter.shown);
}

type BehindTheDoor = Required<Pick<Waiting, 'recorded' | 'withoutHost'>>;

function isManager({ role }: Pick<Participant, 'role'>): boolean {
  return canManage(roleOfWire(role));
}

function isInLobby({ shown }: Waiter): boolean {
  return shown.reason === WaitingReason.LOBBY;
}

/** Whoever waits for a webinar to go live waits for nobody's word. */
function toldTo({ shown }: Waiter, { recorded, withoutHost }: BehindTheDoor): BehindTheDoor {
  return { recorded, withoutHost: withoutHost && shown.reason === WaitingReason.LOBBY };
}

function showIfNew(waiter: Waiter, { recorded, withoutHost }: BehindTheDoor): void {
  if (recorded === waiter.shown.recorded && withoutHost === waiter.shown.withoutHost) return;
  show(waiter, { recorded, withoutHost });
}

function toManagers(event: Pick<MeetingEvent, 'waitingJoined' | 'waitingLeft'>): MeetingEvent {
  return { ...event, audience: { group: AudienceGroup.MANAGERS, participantIds: [] } };
}
