import { randomUUID } from 'node:crypto';
import { longestName } from '@canopy/proto/conversation';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { z } from 'zod';
import type { Principal } from '../../core/access/authorize.ts';
import { opensAt } from '../../core/meeting/early-join.ts';
import { isEncrypted } from '../../core/meeting/encryption.ts';
import { doorOf, type Meeting, profileOf } from '../../core/meeting/meeting.ts';
import { asksRegistration } from '../../core/meeting/registration.ts';
import { guestRole, type MeetingMode, type RoleName } from '../../core/meeting/roles.ts';
import type { MediaSession } from '../../core/meeting/session.ts';
import { isAllowed, type MeetingSettings, meetingSettings } from '../../core/meeting/settings.ts';
import type { MeetingState } from '../../core/meeting/state.ts';
import { cleanText } from '../../core/meeting/text.ts';
import {
  type EdgeCandidate,
  type PlacementDecision,
  withoutDistances,
  withoutPlace,
} from '../../core/placement/types.ts';
import { type ExplainedCascade, explainPlan } from '../../core/routing/explain-plan.ts';
import type { MeetingPlan } from '../../core/routing/meeting-plan.ts';
import type { Access } from '../access/access.ts';
import type { LiveAccess } from '../access/live.ts';
import type { AccountRecords } from '../accounts/ports.ts';
import type { MeshLook } from '../edges/mesh.ts';
import type { ClientOrigin, Placing } from '../edges/placing.ts';
import type { Rooms } from '../events/rooms.ts';
import type { RegistrationRecords } from '../registrations/ports.ts';
import type { ScheduleRecords } from '../schedules/ports.ts';
import type { AttendeePage, MeetingStateStore } from '../session/meeting-state-store.ts';
import type { Ending } from './ending.ts';
import type { MeetingChange, MeetingRecords } from './ports.ts';

export interface MeetingsDeps {
  access: Access;
  live: LiveAccess;
  hashPassword(password: string): Promise<string>;
  records: MeetingRecords;
  store: Pick<
    MeetingStateStore,
    'read' | 'usage' | 'placement' | 'participantCount' | 'isRecorded' | 'attendees' | 'setProfile'
  >;
  placing: Pick<Placing, 'choose'>;
  mesh: Pick<MeshLook, 'look'>;
  rooms: Rooms;
  ending: Pick<Ending, 'end'>;
  edges: { candidates(): EdgeCandidate[] };
  registrations: Pick<RegistrationRecords, 'find' | 'count'>;
  schedules: Pick<ScheduleRecords, 'entryOf'>;
  accounts: Pick<AccountRecords, 'find'>;
  clock: Clock;
}

export interface MeetingRequest {
  title: string;
  mode: MeetingMode;
  startTime: number | undefined;
  settings: MeetingSettings;
}

export interface ChangeRequest {
  title?: string | undefined;
  settings: Readonly<Record<string, unknown>>;
}

export interface TokenRequest {
  name: string;
  role: RoleName;
  /** Who it is, as a key says. */
  userId: string | undefined;
  ttlMs: number;
}

/** Actions on a meeting as a whole: nothing else need be known to allow them. */
type PlainAction = 'meeting.read' | 'meeting.change' | 'edge.choose';

/** A meeting as somebody finds it who has its link. */
export interface Visit {
  meeting: Meeting;
  /** What they come as by the link. */
  role: RoleName;
  /** Whether they may come as its host. */
  mayHost: boolean;
  /** When they may come in by the link, Unix ms; undefined: at any time. */
  opensAt: number | undefined;
  /** Whether it is being recorded: who comes in is told before they do. */
  recording: boolean;
  /** How long it is to be, and by which rule (RFC 5545) its series repeats; undefined: it is in no schedule, or asks for no registration. */
  planned: { durationMinutes: number; recurrence: string | undefined } | undefined;
  /** Of the user it belongs to; undefined: it asks for no registration. */
  hostName: string | undefined;
  /** Of a webinar that asks for it. */
  registration: { required: boolean; count: number; limit: number | undefined } | undefined;
}

/** What the REST API does with meetings. Every method says who asks, and refuses what is not theirs. */
export class Meetings {
  readonly #deps: MeetingsDeps;

  constructor(deps: MeetingsDeps) {
    this.#deps = deps;
  }

  async create(principal: Principal, request: MeetingRequest): Promise<Meeting> {
    this.#deps.access.require(principal, { action: 'meeting.create' });
    const title = cleanText(request.title, 200);
    const { password, ...settings } = request.settings;
    const passwordHash = password === undefined ? undefined : await this.#deps.hashPassword(password);
    const meeting = {
      ...request,
      title,
      settings,
      passwordHash,
      id: randomUUID(),
      ...this.#deps.access.ownerOf(principal),
    };
    return await this.#deps.records.create(meeting);
  }

  /** Without its settings for whoever does not manage it: a token is good for this before the door let its holder in. */
  async get(principal: Principal, meetingId: string): Promise<Meeting & { participantCount: number }> {
    const meeting = await this.#owned(principal, meetingId, 'meeting.read');
    const participantCount = meeting.status === 'live' ? await this.#deps.store.participantCount(meetingId) : 0;
    const settings = (await this.#seesSettings(principal, meeting)) ? meeting.settings : {};
    return { ...meeting, settings, participantCount };
  }

  /**
   * Changes what a meeting, and its breakout rooms, go by, also while they run: who is on an edge that is no longer allowed moves. Settings given
   * replace those of the same name, null removes one. Errors: MEETING_NOT_FOUND, MEETING_ENDED, BAD_REQUEST, SETTING_FIXED,
   * NO_EDGE_AVAILABLE (no edge is where the media may be), STATE_UNAVAILABLE.
   */
  async change(principal: Principal, meetingId: string, { title, settings }: ChangeRequest): Promise<Meeting> {
    const meeting = await this.#owned(principal, meetingId, 'meeting.change');
    requireMain(meeting);
    const removed = Object.keys(settings).filter((name) => settings[name] === null);
    const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
    const kept = Object.entries({ ...meeting.settings, ...given }).filter(([name]) => !removed.includes(name));
    const parsed = meetingSettings.safeParse(Object.fromEntries(kept));
    if (!parsed.success) throw new CanopyError('BAD_REQUEST', z.prettifyError(parsed.error));
    if ('allowedRegions' in given) this.#requireEdge(parsed.data.allowedRegions);
    if (isEncrypted({ settings: parsed.data }) !== isEncrypted(meeting)) throw new CanopyError('SETTING_FIXED');
    const cleaned = title === undefined ? undefined : cleanText(title, 200);
    const { password: _, ...plain } = given;
    const change = { title: cleaned, settings: plain, removed, ...(await this.#newPassword(settings, parsed.data)) };
    const changed = await this.#apply(meetingId, change);
    if (changed === undefined) throw new CanopyError('MEETING_ENDED');
    const rooms = await this.#deps.records.roomsOf(meetingId);
    await Promise.all(rooms.map((id) => this.#apply(id, { title: undefined, settings: plain, removed })));
    return changed;
  }

  async #apply(meetingId: string, change: MeetingChange): Promise<Meeting | undefined> {
    const changed = await this.#deps.records.change(meetingId, change);
    if (changed === undefined) return undefined;
    this.#deps.rooms.changed(meetingId, await this.#deps.store.setProfile(meetingId, profileOf(changed)));
    return changed;
  }

  /** The hash to keep from now on; nothing if the password stays as it is. */
  async #newPassword(given: object, { password }: MeetingSettings): Promise<{ passwordHash?: string | undefined }> {
    if (!('password' in given)) return {};
    return { passwordHash: password === undefined ? undefined : await this.#deps.hashPassword(password) };
  }

  #requireEdge(allowedRegions: readonly string[] | undefined): void {
    const takesAnyone = ({ region, health, draining }: EdgeCandidate) =>
      health === 'alive' && !draining && isAllowed(region, allowedRegions);
    if (!this.#deps.edges.candidates().some(takesAnyone))
      throw new CanopyError('NO_EDGE_AVAILABLE', 'There is no edge in the regions that would be allowed.');
  }

  /** Errors: MEETING_NOT_FOUND, MEETING_ENDED, REGISTRATION_REQUIRED. */
  async mintToken(principal: Principal, meetingId: string, request: TokenRequest) {
    const meeting = await this.#found(principal, meetingId);
    this.#deps.access.require(principal, { action: 'token.mint', meeting, role: request.role });
    requireMain(meeting);
    if (meeting.status === 'ended') throw new CanopyError('MEETING_ENDED');
    if (await this.#mustRegister(principal, meeting, request.role)) throw new CanopyError('REGISTRATION_REQUIRED');
    // Who comes twice by the same registration is there once.
    const participantId = (principal.kind === 'invited' ? principal.registrationId : undefined) ?? randomUUID();
    const expiresAt = this.#deps.clock.now() + request.ttlMs;
    const { role } = request;
    const userId = personOf(principal, request.userId);
    const name = cleanText(request.name, longestName) || 'Guest';
    const claims = { meetingId, participantId, role, name, userId };
    const token = await this.#deps.access.mint(meeting.apiKeyId, claims, expiresAt);
    return { token, participantId, role, expiresAt };
  }

  /** What whoever has the link may know before coming in. Errors: TOKEN_INVALID, MEETING_NOT_FOUND, STATE_UNAVAILABLE. */
  async visit(principal: Principal, meetingId: string): Promise<Visit> {
    const meeting = await this.#found(principal, meetingId);
    this.#deps.access.require(principal, { action: 'meeting.visit', meeting });
    const mayHost = this.#deps.access.may(principal, { action: 'token.mint', meeting, role: 'host' });
    const role = principal.kind === 'invited' ? principal.role : guestRole(meeting.mode);
    // Who registers decides by what the webinar is and whose; nobody else is told before coming in.
    const registers = asksRegistration(meeting);
    const [registration, recording, planned, hostName] = await Promise.all([
      this.#registrationFor(principal, meeting, role),
      meeting.status === 'live' && this.#deps.store.isRecorded(meetingId),
      registers ? this.#plannedFor(meeting) : undefined,
      registers ? this.#hostOf(meeting) : undefined,
    ]);
    return { meeting, role, mayHost, opensAt: opensAt(meeting, role), recording, planned, hostName, registration };
  }

  async #plannedFor({ id, startTime }: Meeting): Promise<Visit['planned']> {
    // Whatever is in a schedule has a time.
    const entry = startTime === undefined ? undefined : await this.#deps.schedules.entryOf(id);
    return entry && { durationMinutes: entry.durationMinutes, recurrence: entry.schedule.recurrence };
  }

  async #hostOf({ hostId }: Meeting): Promise<string | undefined> {
    return hostId === undefined ? undefined : (await this.#deps.accounts.find(hostId))?.name;
  }

  /** What whoever has the link may know of who registered. */
  async #registrationFor(principal: Principal, meeting: Meeting, role: RoleName): Promise<Visit['registration']> {
    const required = await this.#mustRegister(principal, meeting, role);
    if (!required && !asksRegistration(meeting)) return undefined;
    const count = await this.#deps.registrations.count(meeting.id);
    return { required, count, limit: meeting.settings.registration?.limit };
  }

  /** Whoever the meeting belongs to lets in whom they like; others come to watch by their own registration, while it stands. */
  async #mustRegister(principal: Principal, meeting: Meeting, role: RoleName): Promise<boolean> {
    const registrationId = principal.kind === 'invited' ? principal.registrationId : undefined;
    if (registrationId !== undefined)
      return (await this.#deps.registrations.find(meeting.id, registrationId)) === undefined;
    if (!asksRegistration(meeting) || role !== guestRole(meeting.mode)) return false;
    return !this.#deps.access.may(principal, { action: 'token.mint', meeting, role: 'host' });
  }

  /** Ends it for everybody: the record first, which keeps new participants out, then those who are in. A host in one of its rooms ends all of it. */
  async end(principal: Principal, meetingId: string): Promise<Meeting> {
    const request = (meeting: Meeting) => ({ action: 'meeting.end' as const, meeting });
    const meeting = await this.#deps.live.require(principal, meetingId, request);
    if (principal.kind !== 'participant') requireMain(meeting);
    const main = doorOf(meeting);
    const ended = await this.#deps.ending.end(main);
    for (const roomId of await this.#deps.records.roomsOf(main)) await this.#deps.ending.end(roomId);
    return ended;
  }

  /** Where a client would be placed now. What spoke for and against each edge, which says where the meeting is, is for whoever manages it. Errors: MEETING_NOT_FOUND, MEETING_ENDED, NO_EDGE_AVAILABLE. */
  async chooseEdge(principal: Principal, meetingId: string, client: ClientOrigin): Promise<PlacementDecision> {
    const { meeting, decision } = await this.#choose(principal, meetingId, client);
    return (await this.#seesSettings(principal, meeting)) ? decision : { ...decision, candidates: [] };
  }

  /** The ids of edges a client may be placed on, the likeliest first. Errors: MEETING_NOT_FOUND, MEETING_ENDED, NO_EDGE_AVAILABLE. */
  async likelyEdges(principal: Principal, meetingId: string, client: ClientOrigin): Promise<string[]> {
    const { decision } = await this.#choose(principal, meetingId, client);
    return decision.candidates
      .flatMap(({ edgeId, score }) => (score === undefined ? [] : [{ edgeId, score }]))
      .sort((a, b) => a.score - b.score)
      .map(({ edgeId }) => edgeId);
  }

  /** Where a participant is, and why. Where it was taken to be only the participant itself and operators learn, and how far it is from edges no other participant. Errors: TOKEN_INVALID (also: not in the meeting), MEETING_NOT_FOUND, PARTICIPANT_NOT_FOUND. */
  async placement(principal: Principal, meetingId: string, participantId: string): Promise<MediaSession> {
    await this.#deps.live.require(principal, meetingId, (meeting) => ({ action: 'placement.read', meeting }));
    const session = await this.#deps.store.placement(meetingId, participantId);
    if (session === undefined) throw new CanopyError('PARTICIPANT_NOT_FOUND');
    return { ...session, decision: this.#toldTo(principal, participantId, session.decision) };
  }

  #toldTo(principal: Principal, participantId: string, decision: PlacementDecision): PlacementDecision {
    if (principal.kind === 'participant')
      return principal.participantId === participantId ? decision : withoutDistances(decision);
    return this.#deps.access.may(principal, { action: 'mesh.operate' }) ? decision : withoutPlace(decision);
  }

  /** Who attends a webinar, or is of a meeting's crowd, a page at a time. Errors: MEETING_NOT_FOUND, FORBIDDEN, BAD_REQUEST (no cursor of ours). */
  async attendees(
    principal: Principal,
    meetingId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<AttendeePage> {
    await this.#deps.live.require(principal, meetingId, (meeting) => ({ action: 'attendees.read', meeting }));
    return await this.#deps.store.attendees(meetingId, cursor, limit);
  }

  /** Who is listed in a meeting; of a webinar the stage. Errors: MEETING_NOT_FOUND, FORBIDDEN. */
  async participants(principal: Principal, meetingId: string): Promise<MeetingState> {
    await this.#deps.live.require(principal, meetingId, (meeting) => ({ action: 'attendees.read', meeting }));
    return await this.#deps.store.read(meetingId);
  }

  /** The plan in force, with what is known of its links. One without cascades if nobody has joined. Errors: TOKEN_INVALID (also: not in the meeting), MEETING_NOT_FOUND. */
  async plan(principal: Principal, meetingId: string): Promise<{ plan: MeetingPlan; cascades: ExplainedCascade[] }> {
    await this.#deps.live.require(principal, meetingId, (meeting) => ({ action: 'plan.read', meeting }));
    const { usage, plan } = await this.#deps.store.usage(meetingId);
    if (plan === undefined) {
      return { plan: { meetingId, epoch: 0, backup: 'none', cascades: new Map(), unreached: [] }, cascades: [] };
    }
    const { edges, links } = await this.#deps.mesh.look();
    const mine = links.filter((link) => link.meetingId === meetingId);
    const records = edges.map(({ record }) => record);
    return { plan, cascades: explainPlan(plan, records, mine, usage.participants) };
  }

  async #choose(principal: Principal, meetingId: string, client: ClientOrigin) {
    const meeting = await this.#owned(principal, meetingId, 'edge.choose');
    if (meeting.status === 'ended') throw new CanopyError('MEETING_ENDED');
    const { usage, plan } = await this.#deps.store.usage(meetingId);
    const decision = this.#deps.placing.choose(client, meeting, usage, plan);
    if (decision.edgeId === undefined) throw new CanopyError('NO_EDGE_AVAILABLE');
    return { meeting, decision };
  }

  /** Whoever manages the meeting; of its participants, those who are in it. */
  async #seesSettings(principal: Principal, meeting: Meeting): Promise<boolean> {
    return this.#deps.access.may(await this.#deps.live.principal(principal), { action: 'settings.read', meeting });
  }

  async #owned(principal: Principal, meetingId: string, action: PlainAction): Promise<Meeting> {
    const meeting = await this.#found(principal, meetingId);
    this.#deps.access.require(principal, { action, meeting });
    return meeting;
  }

  /** Who is unknown does not even learn that it is not there. */
  async #found(principal: Principal, meetingId: string): Promise<Meeting> {
    const meeting = await this.#deps.records.find(meetingId);
    if (meeting !== undefined) return meeting;
    throw new CanopyError(principal.kind === 'anonymous' ? 'TOKEN_INVALID' : 'MEETING_NOT_FOUND');
  }
}

/** Whom a token names: a key vouches for whoever it says, who is signed in is themselves, and nobody else is somebody because they say so. */
function personOf(principal: Principal, claimed: string | undefined): string | undefined {
  switch (principal.kind) {
    case 'api-key':
      return claimed;
    case 'user':
    case 'invited':
      return principal.userId;
    case 'anonymous':
    case 'participant':
      return undefined;
  }
}

function requireMain({ parentId }: Meeting): void {
  if (parentId !== undefined)
    throw new CanopyError('FORBIDDEN', 'A breakout room is managed through its main meeting.');
}
