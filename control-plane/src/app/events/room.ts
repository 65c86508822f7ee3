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
import type { ErrorCode } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { type MeetingProfile, newest } from '../../core/meeting/meeting.ts';
import { countReceptions } from '../../core/meeting/reception.ts';
import { canManage, followsAttendees, type RoleName, roleOfWire } from '../../core/meeting/roles.ts';
import type { Change, MeetingState } from '../../core/meeting/state.ts';
import type { LiveSession } from '../session/live-session.ts';
import type { EventStream, MeetingStateStore } from '../session/meeting-state-store.ts';
import type { MeetingBus } from './ports.ts';
import { Receptions } from './receptions.ts';
import { restorableOf } from './restorable.ts';
import { type Member, type Push, RoomMember } from './room-member.ts';
import { StreamFollower } from './stream-follower.ts';

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
 * One meeting on this replica: the participants connected here, and what each of them is told. Events come from this replica's
 * own changes and from the bus; what the bus loses is read from the stream.
 */
export class Room {
  readonly meetingId: string;
  readonly #deps: RoomDeps;
  readonly #members = new Map<string, RoomMember>();
  /** Those of them who are told of each who is counted. */
  readonly #followers = new Set<RoomMember>();
  /** By participant id, those who have begun. */
  readonly #present = new Map<string, RoomMember>();
  /** Somebody is counted and not listed, or was. */
  #hasCounted = false;
  /** Whose turn it is to be told how many attend. */
  #turns = this.#members.values();
  readonly #receptions: Receptions;
  readonly #follower: StreamFollower;
  #profile: MeetingProfile | undefined;
  #stopListening: () => void = () => {};

  constructor(meetingId: string, deps: RoomDeps) {
    this.meetingId = meetingId;
    this.#deps = deps;
    const { replicaId, bus, store, stream, logger } = deps;
    this.#follower = new StreamFollower(meetingId, {
      store,
      stream,
      logger,
      onEvent: (event) => this.#tell(event),
      onReadAnew: (state) => this.#show(state),
      putBack: (known) => this.#putBack(known),
    });
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
      await this.#follower.open();
      this.#lookForCounted();
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
    return this.#follower.state;
  }

  get position(): StreamPosition {
    return this.#follower.position;
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

  /** Tells those who do not follow each who is counted how many there are: of a large audience some, and the next ones next time. */
  tellCounts(): void {
    if (!this.#hasCounted) return;
    const counts: MeetingCounts = { attendeeCount: this.state.attendeeCount };
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
    const { tracks } = this.state;
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
    return this.#profile?.mode === 'webinar' || !isToldOfEach(this.state.participants.length);
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

  /** {@link StreamFollower.catchUp} */
  catchUp(): Promise<void> {
    return this.#follower.catchUp();
  }

  /** {@link StreamFollower.reach} */
  reach(position: StreamPosition): Promise<MeetingState> {
    return this.#follower.reach(position);
  }

  /** {@link StreamFollower.compare} */
  compare(position: StreamPosition | undefined): Promise<void> {
    return this.#follower.compare(position);
  }

  #heard(events: readonly MeetingEvent[]): void {
    for (const { receptionCounted } of events) {
      if (receptionCounted !== undefined && receptionCounted.replicaId !== this.#deps.replicaId)
        this.#receptions.heard(receptionCounted);
    }
    this.#follower.heard(events);
  }

  /** Passes on what happened, and heeds it. */
  #tell(event: MeetingEvent): void {
    this.#lookForCounted();
    const concerned = event.ofAttendee === true ? this.#followers : this.#members.values();
    for (const member of concerned) member.event(event);
    // Who is counted is told of no other, but of its own name.
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
    // It is told other things than before: what it hears from now on builds on another picture.
    const { mode } = session.profile;
    const crosses = followsAttendees(role, mode) !== followsAttendees(before, mode);
    if (crosses && (mode === 'webinar' || this.#hasCounted)) member.snapshot(this.state);
    this.#deps.onRoleChanged?.(this, session, before);
  }

  #lookForCounted(): void {
    this.#hasCounted ||= this.state.attendeeCount > 0;
  }

  /** Shows everybody what there is, in place of what they were told. */
  #show(state: MeetingState): void {
    this.#lookForCounted();
    for (const member of this.#members.values()) member.snapshot(state);
    for (const participant of state.participants) this.#followParticipant(participant);
    this.#deps.onReadAnew?.(this);
  }

  /** The stream is another one than before, or has lost what was newest: puts back what this replica knows, if it has anybody who is in the meeting. */
  async #putBack(known: MeetingState): Promise<boolean> {
    const { meetingId } = this;
    const sessions = this.sessions();
    const [first] = sessions;
    if (first === undefined) return false;
    const restorable = restorableOf(known, sessions);
    const change = await this.#deps.store.restore(meetingId, first.profile, known.position, restorable);
    this.#deps.bus.announceEvents(meetingId, change.events);
    this.#deps.onBegunAnew?.(meetingId, first.profile);
    this.#deps.logger.warn({ meetingId, restored: restorable.length }, 'the event stream began anew');
    return true;
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
