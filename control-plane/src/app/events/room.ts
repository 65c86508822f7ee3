import { TrackSource } from '@canopy/proto/media';
import { Moderation } from '@canopy/proto/moderation';
import { isToldOfEach } from '@canopy/proto/reception';
import {
  LeaveReason,
  type MeetingCounts,
  type MeetingEvent,
  type Participant,
  type StreamPosition,
} from '@canopy/proto/signal';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import { type MeetingProfile, newest } from '../../core/meeting/meeting.ts';
import { countReceptions } from '../../core/meeting/reception.ts';
import { canManage, canPublish, type RoleName, roleOfWire } from '../../core/meeting/roles.ts';
import type { Change, MeetingState } from '../../core/meeting/state.ts';
import { applyEvent, emptyState, isAtLeast } from '../../core/meeting/state.ts';
import { type LiveSession, recordOf } from '../session/live-session.ts';
import type { EventStream, MeetingStateStore, Restorable } from '../session/meeting-state-store.ts';
import type { MeetingBus } from './ports.ts';
import { Receptions } from './receptions.ts';
import { type Member, type Push, RoomMember } from './room-member.ts';

export interface RoomDeps {
  replicaId: string;
  store: Pick<MeetingStateStore, 'read' | 'restore' | 'connectionOf'>;
  stream: EventStream;
  bus: MeetingBus;
  logger: Logger;
  onAppended?(events: number): void;
  /** How many wait here for a webinar to go live. */
  waitingBackstage?(meetingId: string): number;
  /** The profile of the meeting changed. */
  onMeetingUpdated?(room: Room): void;
  /** Something happened in the meeting. */
  onEvent?(room: Room, event: MeetingEvent): void;
  /** Events were lost: its state is another one, read as a whole. */
  onReadAnew?(room: Room): void;
  /** A track was published, or is gone, or comes from elsewhere. */
  onTracksChanged?(room: Room): void;
  /** A participant connected here has another role than it was told. */
  onRoleChanged?(room: Room, session: LiveSession, before: RoleName): void;
  /** The state was lost, and put back as far as this replica knew it. */
  onBegunAnew?(meetingId: string, profile: MeetingProfile): void;
}

/** While people come and go the count changes all the time, and telling it costs as much as anything told to all. */
const mostToldAtOnce = 1_000;

/**
 * One meeting on this replica: its state, followed event by event, and the participants connected here. Events come from
 * this replica's own changes and from the bus; what the bus loses is read from the stream.
 */
export class Room {
  readonly meetingId: string;
  readonly #deps: RoomDeps;
  readonly #members = new Map<string, RoomMember>();
  /** Those of them who are told of each attendee. */
  readonly #followers = new Set<RoomMember>();
  /** By participant id, those who have begun. */
  readonly #present = new Map<string, RoomMember>();
  /** Whose turn it is to be told how many attend. */
  #turns = this.#members.values();
  readonly #receptions: Receptions;
  /** Everything that waits for the store goes one after the other. */
  readonly #work = new KeyedQueue();
  #state: MeetingState = emptyState;
  #profile: MeetingProfile | undefined;
  #stopListening: () => void = () => {};

  constructor(meetingId: string, deps: RoomDeps) {
    this.meetingId = meetingId;
    this.#deps = deps;
    const { replicaId, bus } = deps;
    this.#receptions = new Receptions((counts) =>
      bus.announceEvents(meetingId, [{ receptionCounted: { replicaId, counts } }]),
    );
  }

  /** Listens first and reads the state then, so that nothing falls in between. */
  async open(): Promise<void> {
    this.#stopListening = this.#deps.bus.listen(this.meetingId, {
      event: (event) => this.#heard([event]),
      replaced: (participantId, connectionId) => void this.#announced(participantId, connectionId),
    });
    try {
      this.#state = await this.#deps.store.read(this.meetingId);
    } catch (error) {
      this.#stopListening();
      throw error;
    }
  }

  close(): void {
    this.#stopListening();
    this.#receptions.stop();
  }

  get empty(): boolean {
    return this.#members.size === 0;
  }

  get state(): MeetingState {
    return this.#state;
  }

  get position(): StreamPosition {
    return this.state.position;
  }

  /** The sessions connected here. */
  sessions(): LiveSession[] {
    return sessionsOf(this.#members.values());
  }

  /** The session of a participant that is connected here; of several connections, the one that began last. */
  sessionOf(participantId: string): LiveSession | undefined {
    return this.#present.get(participantId)?.session;
  }

  /** From now on everything that happens is kept for the member, until it says from where on it wants to hear it. */
  enter(connectionId: string, member: Member): RoomMember {
    const entered = new RoomMember(member);
    this.#members.set(connectionId, entered);
    this.#followers.add(entered);
    return entered;
  }

  /** Its answer went out, and told the state at `position`. */
  begin(member: RoomMember, session: LiveSession, position: StreamPosition): void {
    const since = member.begin(session, position);
    this.#present.set(session.participantId, member);
    if (!member.followsAttendees) this.#followers.delete(member);
    // The same object for all.
    this.#profile = newest(this.#profile ?? session.profile, session.profile);
    session.profile = this.#profile;
    const { toldRole = session.role } = session;
    session.toldRole = undefined;
    const own = since.map(participantIn).findLast((participant) => participant?.id === session.participantId);
    if (own !== undefined) session.name = own.name;
    this.#changeRole(member, own === undefined ? session.role : roleOfWire(own.role), toldRole);
  }

  exit(connectionId: string): void {
    const member = this.#members.get(connectionId);
    if (member === undefined) return;
    this.#members.delete(connectionId);
    this.#followers.delete(member);
    const id = member.session?.participantId;
    if (id !== undefined && this.#present.get(id) === member) this.#present.delete(id);
  }

  /** Tells those who do not follow each attendee how many there are: of a large audience some, and the next ones next time. */
  tellCounts(): void {
    const counts: MeetingCounts = { attendeeCount: this.#state.attendeeCount };
    for (let left = Math.min(this.#members.size, mostToldAtOnce); left > 0; left--) this.#nextMember()?.counts(counts);
  }

  /** One after the other, and the first again after the last. */
  #nextMember(): RoomMember | undefined {
    const { value, done } = this.#turns.next();
    if (done !== true) return value;
    this.#turns = this.#members.values();
    return this.#turns.next().value;
  }

  /** Counts whom a large meeting reaches, and how well: for hosts, for who shares a screen, and for the other replicas. */
  tellReceptions(): void {
    const backstage = this.#deps.waitingBackstage?.(this.meetingId) ?? 0;
    if (!this.#countsReceptions && backstage === 0) {
      this.#receptions.stop();
      return;
    }
    const { tracks } = this.#state;
    const all = this.#receptions.round(countReceptions(sessionsOf(this.#present.values()), tracks, backstage));
    const screens = tracks.filter(({ source }) => source === TrackSource.SCREEN);
    const sharing = new Set(screens.map(({ participantId }) => participantId));
    for (const member of this.#members.values()) {
      const { session } = member;
      if (session === undefined) continue;
      if (canManage(session.role) || sharing.has(session.participantId)) member.receptions(all);
    }
  }

  get #countsReceptions(): boolean {
    return this.#profile?.mode === 'webinar' || !isToldOfEach(this.#state.participants.length);
  }

  /** What the meeting goes by changed: for everybody here, and for those who are about to begin. */
  adopt(profile: MeetingProfile): void {
    this.#profile = newest(profile, this.#profile);
    for (const session of this.sessions()) session.profile = newest(session.profile, profile);
  }

  /** Says goodbye to those of the sessions connected here that are meant; who leaves of its own accord gets its answer instead. */
  dismiss(code: ErrorCode, isMeant: (session: LiveSession) => boolean): void {
    for (const member of this.#members.values()) {
      const { session } = member;
      if (session !== undefined && session.leaving !== true && isMeant(session)) member.goodbye(code);
    }
  }

  /** {@link Member.push} of one connection, if it is still there. */
  async push(connectionId: string, work: () => Promise<Push | undefined>): Promise<void> {
    await this.#members.get(connectionId)?.push(work);
  }

  /** The connection itself, if it is still there. */
  memberOf(connectionId: string): Member | undefined {
    return this.#members.get(connectionId)?.connection;
  }

  /** A change made by this replica: everybody here and on other replicas hears of it. */
  changed({ events }: Change): void {
    this.#deps.onAppended?.(events.length);
    this.#deps.bus.announceEvents(this.meetingId, events);
    this.#heard(events);
  }

  /** Reads what was missed, if anything was. */
  catchUp(): Promise<void> {
    return this.#work.run(this.meetingId, () => this.#readMissed());
  }

  /** Resolves when the state here is at least as new as `position`. Errors: STATE_UNAVAILABLE. */
  async reach(position: StreamPosition): Promise<MeetingState> {
    if (!isAtLeast(this.position, position)) {
      await this.#work.run(this.meetingId, async () => {
        if (!isAtLeast(this.position, position)) await this.#readMissed();
      });
    }
    if (!isAtLeast(this.position, position)) throw new CanopyError('STATE_UNAVAILABLE');
    return this.#state;
  }

  /** Compares with where the stream stands; undefined: it is gone. One that stands further back has lost what was newest, or more came since. */
  async compare(position: StreamPosition | undefined): Promise<void> {
    const mine = this.position;
    if (position?.generation === mine.generation && position.sequence === mine.sequence) return;
    await this.catchUp();
  }

  #heard(events: readonly MeetingEvent[]): void {
    for (const event of events) {
      const { position, receptionCounted } = event;
      if (receptionCounted !== undefined && receptionCounted.replicaId !== this.#deps.replicaId) {
        this.#receptions.heard(receptionCounted);
      }
      const mine = this.position;
      if (position === undefined) continue;
      const next = mine.generation === '' ? 1 : mine.sequence + 1;
      const sameStream = mine.generation === '' || position.generation === mine.generation;
      if (sameStream && position.sequence < next) continue;
      if (sameStream && position.sequence === next) this.#deliver(event);
      else this.#catchUpLater();
    }
  }

  #deliver(event: MeetingEvent): void {
    this.#state = applyEvent(this.state, event);
    const concerned = event.ofAttendee === true ? this.#followers : this.#members.values();
    for (const member of concerned) member.event(event);
    // An attendee is told of no other, but of its own name.
    if (event.ofAttendee === true) this.#present.get(event.participantUpdated?.id ?? '')?.event(event);
    if ((event.trackPublished ?? event.trackUpdated ?? event.trackUnpublished) !== undefined)
      this.#deps.onTracksChanged?.(this);
    if (event.meetingUpdated !== undefined) this.#deps.onMeetingUpdated?.(this);
    this.#deps.onEvent?.(this, event);
    this.#followModeration(event);
    const participant = participantIn(event);
    if (participant !== undefined) this.#followParticipant(participant);
  }

  /** What was done to those connected here. */
  #followModeration({ moderated, audience, participantLeft }: MeetingEvent): void {
    const asked = moderated?.moderation === Moderation.ASK_TO_UNMUTE;
    for (const id of moderated === undefined ? [] : (audience?.participantIds ?? [])) {
      const session = this.#present.get(id)?.session;
      if (session !== undefined) session.askedToUnmute = asked;
    }
    const code = participantLeft === undefined ? undefined : farewells[participantLeft.reason];
    if (code !== undefined) this.dismiss(code, ({ participantId }) => participantId === participantLeft?.participantId);
  }

  #followParticipant({ id, name, role }: Participant): void {
    const member = this.#present.get(id);
    if (member?.session === undefined) return;
    member.session.name = name;
    this.#changeRole(member, roleOfWire(role), member.session.role);
  }

  /** Somebody connected here is something else from now on than its client goes by. */
  #changeRole(member: RoomMember, role: RoleName, before: RoleName): void {
    const { session } = member;
    if (session === undefined) return;
    session.role = role;
    if (role === before) return;
    if (member.followsAttendees) this.#followers.add(member);
    else this.#followers.delete(member);
    // Stage and audience of a webinar are told different things: what it hears from now on builds on another picture.
    const crosses = session.profile.mode === 'webinar' && canPublish(role) !== canPublish(before);
    if (crosses) member.snapshot(this.#state);
    this.#deps.onRoleChanged?.(this, session, before);
  }

  #catchUpLater(): void {
    this.catchUp().catch((error: unknown) => {
      this.#deps.logger.warn({ err: error, meetingId: this.meetingId }, 'missed events could not be read yet');
    });
  }

  async #readMissed(): Promise<void> {
    for (;;) {
      const events = await this.#deps.stream.since(this.meetingId, this.position);
      if (events === undefined) return await this.#beginAnew();
      const before = this.position.sequence;
      for (const event of events) {
        if (event.position?.sequence === this.position.sequence + 1) this.#deliver(event);
      }
      if (events.length === 0 || this.position.sequence === before) return;
    }
  }

  /**
   * What was missed can't be had: shows its participants what is there. If the stream is another one than before, or has lost
   * what was newest, this replica puts back what it knows.
   */
  async #beginAnew(): Promise<void> {
    const [first] = this.sessions();
    const before = this.position;
    let state = await this.#deps.store.read(this.meetingId);
    // It came after all, and what was read may be older.
    if (this.position !== before) return await this.#readMissed();
    if (first !== undefined && !isAtLeast(state.position, this.position)) {
      const restorable = this.#restorable();
      const change = await this.#deps.store.restore(this.meetingId, first.profile, this.position, restorable);
      this.#deps.bus.announceEvents(this.meetingId, change.events);
      this.#deps.onBegunAnew?.(this.meetingId, first.profile);
      this.#deps.logger.warn({ meetingId: this.meetingId, restored: restorable.length }, 'the event stream began anew');
      state = await this.#deps.store.read(this.meetingId);
    }
    this.#state = state;
    for (const member of this.#members.values()) member.snapshot(state);
    for (const participant of state.participants) this.#followParticipant(participant);
    this.#deps.onReadAnew?.(this);
  }

  /**
   * Everybody, those on other replicas too: left out, they would seem to leave and come, and their media would stop. Of a
   * webinar's attendees only those who are connected here; the others are put back by the replicas that hold them.
   */
  #restorable(): Restorable[] {
    const sessions = this.sessions();
    const here = new Set(sessions.map(({ participantId }) => participantId));
    const places = new Map(this.state.hands.map(({ participantId }, index) => [participantId, index + 1]));
    const lasting = (id: string) => ({
      tracks: this.state.tracks.filter((track) => track.participantId === id),
      handPlace: places.get(id),
    });
    const elsewhere = this.state.participants
      .filter(({ id }) => !here.has(id))
      .map((participant) => ({ participant, ...lasting(participant.id) }));
    const known = new Map(this.state.participants.map((participant) => [participant.id, participant]));
    const held = sessions.map((session) => {
      const connection = { id: session.connectionId, resumeHash: session.resumeHash };
      // What was said of it beside is known to the state alone.
      const participant = { ...known.get(session.participantId), ...recordOf(session) };
      return { participant, ...lasting(participant.id), held: { session: session.media, connection } };
    });
    return [...elsewhere, ...held];
  }

  /** The participant has this connection by now, as the store says. */
  replaced(participantId: string, connectionId: string): void {
    const member = this.#present.get(participantId);
    if (member?.session === undefined || member.session.connectionId === connectionId) return;
    if (member.session.leaving !== true) member.goodbye('REPLACED');
  }

  /** The participant has, or had, another connection: what is announced may come late, so the store is asked which one it has. */
  async #announced(participantId: string, connectionId: string): Promise<void> {
    const member = this.#present.get(participantId);
    if (member?.session === undefined || member.session.connectionId === connectionId) return;
    const { meetingId } = this;
    try {
      const holder = await this.#deps.store.connectionOf(meetingId, participantId);
      if (holder !== undefined && this.#present.get(participantId) === member) this.replaced(participantId, holder);
    } catch (error) {
      // The next renewal of its presence tells.
      this.#deps.logger.debug({ err: error, meetingId, participantId }, 'a newer connection was not looked at');
    }
  }
}

/** What somebody is told who did not leave of their own accord. */
const farewells: Partial<Record<LeaveReason, ErrorCode>> = {
  [LeaveReason.REMOVED]: 'REMOVED',
  [LeaveReason.BANNED]: 'BANNED',
};

/** Somebody who came, or about whom something changed. */
function participantIn({ participantJoined, participantUpdated }: MeetingEvent): Participant | undefined {
  return participantJoined ?? participantUpdated;
}

function sessionsOf(members: Iterable<RoomMember>): LiveSession[] {
  return [...members].flatMap(({ session }) => (session === undefined ? [] : [session]));
}
