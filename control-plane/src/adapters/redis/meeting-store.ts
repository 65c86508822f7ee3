import { randomUUID } from 'node:crypto';
import { type RecordingNotice, RecordingStatus } from '@canopy/proto/recording';
import {
  LeaveReason,
  type MeetingEvent,
  type Participant,
  Role,
  roleFromJSON,
  type StreamPosition,
  type Track,
} from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import type {
  Arrival,
  AttendeePage,
  Connection,
  Departure,
  Description,
  MeetingNow,
  MeetingStateStore,
  Renewal,
  Restorable,
  Return,
  Sweep,
} from '../../app/session/meeting-state-store.ts';
import type { MeetingProfile } from '../../core/meeting/meeting.ts';
import { type RoleName, roleOfWire, wireRole } from '../../core/meeting/roles.ts';
import { capacityOf, rulesOf } from '../../core/meeting/rules.ts';
import { inBrief, type MediaSession } from '../../core/meeting/session.ts';
import { type Change, type MeetingState, mostListed, mostParticipants } from '../../core/meeting/state.ts';
import type { MeetingPlan } from '../../core/routing/meeting-plan.ts';
import { readPlan } from '../../core/routing/plan-document.ts';
import { onRedis, redisNow } from './connection.ts';
import { mostEventsReplayed } from './event-stream.ts';
import {
  readArrival,
  readAttendees,
  readChanged,
  readDeparture,
  readEnd,
  readMove,
  readRenewal,
  readReturn,
  readSnapshot,
  readSweep,
  readUsage,
} from './meeting-answers.ts';
import { MeetingScripts } from './meeting-scripts.ts';
import { packPlacement, readPlacement } from './placement-document.ts';
import { readParticipant, readSession } from './replies.ts';
import { type SweepOptions, Sweeps } from './sweeps.ts';

export interface MeetingStoreOptions extends SweepOptions {
  /** A command without an answer for so long has failed. */
  storeTimeoutMs: number;
  /** Presence of a participant with a connection ends after this long unless renewed. */
  presenceLeaseMs: number;
  /** After a loss of memory, one whom no replica claims leaves after this long. */
  claimMs: number;
  /** Instead of the usual {@link mostListed}. */
  mostListed?: number;
}

/** Connections whose presence is renewed in one go: Redis does nothing else meanwhile. */
const mostRenewed = 1_000;
/** The most participants put back by one command. */
const mostRestored = 500;

/** Plans that are kept here: every join and every subscription needs its meeting's, which is large where the meeting is. */
const mostPlans = 256;

/** Meeting state in Redis: per meeting a handful of keys with one hash tag, changed by Lua scripts only. */
export class RedisMeetingStore implements MeetingStateStore {
  readonly #redis: Redis;
  readonly #options: Required<MeetingStoreOptions>;
  readonly #scripts: MeetingScripts;
  readonly #sweeps: Sweeps;
  /** As last read, each with the generation of the meeting's events: the state of which it is the plan. */
  readonly #plans = new LRUCache<string, { generation: string; plan: MeetingPlan }>({ max: mostPlans });

  constructor(redis: Redis, options: MeetingStoreOptions) {
    this.#redis = redis;
    this.#scripts = new MeetingScripts(redis, options.namespace);
    this.#sweeps = new Sweeps(redis, options);
    this.#options = { mostListed, ...options };
  }

  async read(meetingId: string): Promise<MeetingState> {
    return readSnapshot(await this.#scripts.run('snapshot', meetingId, []));
  }

  async usage(meetingId: string): Promise<MeetingNow> {
    const known = this.#plans.get(meetingId);
    const reply = await this.#scripts.run('usage', meetingId, [known?.generation ?? '', known?.plan.epoch ?? 0]);
    const { plan, ...now } = readUsage(reply);
    return { ...now, plan: plan === 'known' ? known?.plan : this.#readPlan(meetingId, plan) };
  }

  async session(meetingId: string, participantId: string): Promise<MediaSession | undefined> {
    const json = await onRedis(() => this.#redis.hget(this.#scripts.keys(meetingId).sessions, participantId));
    return json === null ? undefined : readSession(json);
  }

  async placement(meetingId: string, participantId: string): Promise<MediaSession | undefined> {
    const { placements } = this.#scripts.keys(meetingId);
    const packed = await onRedis(() => this.#redis.hgetBuffer(placements, participantId));
    // Read after it: what is placed anew in between is told in brief.
    const session = await this.session(meetingId, participantId);
    if (session === undefined || packed === null) return session;
    const { placedAt, decision } = readPlacement(packed);
    return placedAt === session.placedAt ? { ...session, decision } : session;
  }

  async participantCount(meetingId: string): Promise<number> {
    const { participants, attendees } = this.#scripts.keys(meetingId);
    const counts = await onRedis(() => Promise.all([this.#redis.hlen(participants), this.#redis.hlen(attendees)]));
    return counts[0] + counts[1];
  }

  async isRecorded(meetingId: string): Promise<boolean> {
    return Boolean(await onRedis(() => this.#redis.hget(this.#scripts.keys(meetingId).state, 'recording')));
  }

  inhabited(): Promise<readonly string[]> {
    return this.#sweeps.list();
  }

  async attendees(meetingId: string, cursor: string | undefined, limit: number): Promise<AttendeePage> {
    if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
      throw new CanopyError('BAD_REQUEST', 'There is no such page.');
    return readAttendees(await this.#scripts.run('attendees', meetingId, [cursor ?? '0', limit]));
  }

  async join(
    meetingId: string,
    profile: MeetingProfile,
    participant: Participant,
    session: MediaSession,
    connection: Connection,
    transferred: boolean,
  ): Promise<Arrival> {
    const askedAt = await redisNow(this.#redis);
    const joined = this.#scripts.run('join', meetingId, [
      randomUUID(),
      JSON.stringify(participant),
      JSON.stringify(inBrief(session)),
      connection.id,
      connection.resumeHash,
      this.#options.presenceLeaseMs,
      JSON.stringify(profile),
      mostParticipants,
      // Hosts always find room.
      participant.role === Role.HOST ? 0 : capacityOf(profile),
      transferred ? '1' : '0',
      packPlacement(session),
      askedAt + this.#options.storeTimeoutMs,
      askedAt,
      this.#options.mostListed,
    ]);
    const [reply] = await Promise.all([joined, this.#sweeps.schedule(meetingId)]);
    return readArrival(reply);
  }

  async resume(
    meetingId: string,
    participantId: string,
    resumeHash: string,
    connection: Connection,
    known: StreamPosition | undefined,
  ): Promise<Return> {
    const askedAt = await redisNow(this.#redis);
    const reply = await this.#scripts.run('resume', meetingId, [
      participantId,
      resumeHash,
      connection.resumeHash,
      connection.id,
      this.#options.presenceLeaseMs,
      known?.generation ?? '',
      known?.sequence ?? 0,
      mostEventsReplayed,
      askedAt + this.#options.storeTimeoutMs,
      askedAt,
    ]);
    return readReturn(reply);
  }

  disconnect(meetingId: string, participantId: string, connectionId: string): Promise<Change> {
    return this.#scripts.change('disconnect', meetingId, [participantId, connectionId, this.#options.graceMs]);
  }

  async renew(meetingId: string, connections: ReadonlyMap<string, string>): Promise<Renewal> {
    await this.#sweeps.schedule(meetingId);
    const renewal = { generation: '', replaced: [] as string[], gone: [] as string[] };
    const waiting = [...connections];
    while (waiting.length > 0) {
      const some = waiting.splice(0, mostRenewed).flat();
      const reply = await this.#scripts.run('renew', meetingId, [this.#options.presenceLeaseMs, ...some]);
      const { generation, replaced, gone } = readRenewal(reply);
      renewal.generation = generation;
      renewal.replaced.push(...replaced);
      renewal.gone.push(...gone);
    }
    return renewal;
  }

  async connectionOf(meetingId: string, participantId: string): Promise<string | undefined> {
    const { presence } = this.#scripts.keys(meetingId);
    return (await onRedis(() => this.#redis.hget(presence, participantId))) ?? undefined;
  }

  async leave(
    meetingId: string,
    participantId: string,
    reason: LeaveReason,
    connectionId?: string,
  ): Promise<Departure> {
    const args = [participantId, reason, connectionId ?? ''];
    return readDeparture(await this.#scripts.run('leave', meetingId, args));
  }

  withdraw(meetingId: string, participantId: string, connectionId: string): Promise<Change> {
    return this.#scripts.change('withdraw', meetingId, [participantId, connectionId, LeaveReason.CONNECTION_LOST]);
  }

  async sweep(meetingId: string): Promise<Sweep> {
    const read = this.#sweeps.dueAt(meetingId);
    const [dueAt, reply] = await Promise.all([read, this.#scripts.run('sweep', meetingId, [])]);
    const sweep = readSweep(reply);
    if (sweep.left === 0 && dueAt !== null) await this.#sweeps.forget(meetingId, dueAt);
    return sweep;
  }

  dueMeetings(limit: number): Promise<readonly string[]> {
    return this.#sweeps.take(limit);
  }

  async publish(meetingId: string, track: Track): Promise<Change> {
    return await this.#scripts.change('publish', meetingId, [JSON.stringify(track), 16, await this.#deadline()]);
  }

  unpublish(meetingId: string, participantId: string, trackId: string): Promise<Change> {
    return this.#scripts.change('unpublish', meetingId, [participantId, trackId]);
  }

  setMuted(meetingId: string, participantId: string, trackId: string, muted: boolean): Promise<Change> {
    return this.#scripts.change('set_muted', meetingId, [participantId, trackId, muted ? '1' : '0']);
  }

  async beginMove(
    meetingId: string,
    participantId: string,
    connectionId: string,
    session: MediaSession,
    region: string,
  ): Promise<Change & { cutShort: MediaSession | undefined }> {
    const stored = JSON.stringify(inBrief(session));
    const args = [participantId, connectionId, stored, session.edgeId, region, packPlacement(session)];
    return readMove(await this.#scripts.run('begin_move', meetingId, [...args, await this.#deadline()]));
  }

  endMove(meetingId: string, participantId: string, fromEdgeId: string): Promise<Change> {
    return this.#scripts.change('end_move', meetingId, [participantId, fromEdgeId]);
  }

  moveTrack(
    meetingId: string,
    participantId: string,
    trackId: string,
    originEdgeId: string,
    muted: boolean,
  ): Promise<Change> {
    return this.#scripts.change('move_track', meetingId, [participantId, trackId, originEdgeId, muted ? '1' : '0']);
  }

  async everybody(meetingId: string): Promise<readonly Participant[]> {
    const { participants, attendees } = this.#scripts.keys(meetingId);
    const found = await onRedis(() => Promise.all([participants, attendees].map((key) => this.#redis.hvals(key))));
    return found.flat().map(readParticipant);
  }

  async participant(meetingId: string, participantId: string): Promise<Participant | undefined> {
    const { participants, attendees } = this.#scripts.keys(meetingId);
    const found = await onRedis(() =>
      Promise.all([participants, attendees].map((key) => this.#redis.hget(key, participantId))),
    );
    const json = found.find((one) => one !== null);
    return json === undefined || json === null ? undefined : readParticipant(json);
  }

  async givenRole(meetingId: string, participantId: string): Promise<RoleName | undefined> {
    const role = await onRedis(() => this.#redis.hget(this.#scripts.keys(meetingId).roles, participantId));
    return role === null ? undefined : roleOfWire(roleFromJSON(role));
  }

  async setRole(meetingId: string, participantId: string, role: RoleName): Promise<Change & { now: Participant }> {
    return readChanged(
      await this.#scripts.run('set_role', meetingId, [participantId, wireRole(role), mostParticipants]),
    );
  }

  async keepRole(meetingId: string, participantId: string, role: RoleName): Promise<void> {
    await this.#scripts.run('keep_role', meetingId, [participantId, wireRole(role)]);
  }

  async rename(meetingId: string, participantId: string, name: string): Promise<Change & { now: Participant }> {
    return readChanged(await this.#scripts.run('rename', meetingId, [participantId, name]));
  }

  async keepName(meetingId: string, participantId: string, before: string, name: string): Promise<void> {
    await this.#scripts.run('keep_name', meetingId, [participantId, before, name]);
  }

  describe(meetingId: string, participantId: string, fields: Description): Promise<Change> {
    return this.#scripts.change('describe', meetingId, [participantId, JSON.stringify(fields)]);
  }

  setProfile(meetingId: string, profile: MeetingProfile): Promise<Change> {
    return this.#scripts.change('set_profile', meetingId, [
      randomUUID(),
      JSON.stringify(profile),
      JSON.stringify({ title: profile.title, rules: rulesOf(profile) }),
    ]);
  }

  setRecording(meetingId: string, notice: RecordingNotice, revision: number): Promise<Change> {
    const shown = notice.status === RecordingStatus.STOPPED ? '' : JSON.stringify(notice);
    return this.#scripts.change('set_recording', meetingId, [
      randomUUID(),
      shown,
      JSON.stringify({ recordingChanged: notice }),
      revision,
    ]);
  }

  tell(meetingId: string, events: readonly MeetingEvent[]): Promise<Change> {
    return this.#scripts.change('tell', meetingId, [randomUUID(), ...events.map((event) => JSON.stringify(event))]);
  }

  raiseHand(meetingId: string, participantId: string): Promise<Change> {
    return this.#scripts.change('raise_hand', meetingId, [participantId]);
  }

  lowerHand(meetingId: string, participantId: string): Promise<Change> {
    return this.#scripts.change('lower_hand', meetingId, [participantId]);
  }

  announceTracks(
    meetingId: string,
    { originEdgeIds = [], trackIds = [] }: { originEdgeIds?: readonly string[]; trackIds?: readonly string[] },
  ): Promise<Change> {
    return this.#scripts.change('announce_tracks', meetingId, [
      JSON.stringify(originEdgeIds),
      JSON.stringify(trackIds),
    ]);
  }

  async end(meetingId: string): Promise<Change & { edgeIds: readonly string[] }> {
    return readEnd(await this.#scripts.run('end', meetingId, [randomUUID()]));
  }

  async restore(
    meetingId: string,
    profile: MeetingProfile,
    known: StreamPosition,
    participants: readonly Restorable[],
  ): Promise<Change> {
    await this.#sweeps.schedule(meetingId);
    const first = [randomUUID(), this.#options.presenceLeaseMs, this.#options.claimMs, JSON.stringify(profile)];
    // Hands are raised in their order, whatever slice they are in.
    const inOrder = participants.toSorted((one, other) => placeOf(one) - placeOf(other));
    let change: Change = { events: [] };
    // Nobody else's command waits for ten thousand people. An empty slice as well makes the state what it is to be.
    for (let from = 0; from === 0 || from < inOrder.length; from += mostRestored) {
      const slice = inOrder.slice(from, from + mostRestored).flatMap(restorableArgs);
      const args = [...first, known.generation, known.sequence, this.#options.mostListed, ...slice];
      const { events } = await this.#scripts.change('restore', meetingId, args);
      change = { events: [...change.events, ...events] };
    }
    // Once more: it may have been found empty, and forgotten, in between.
    await this.#sweeps.schedule(meetingId);
    return change;
  }

  #readPlan(meetingId: string, reply: '' | [generation: string, document: string]): MeetingPlan | undefined {
    if (reply === '') return undefined;
    const [generation, document] = reply;
    const plan = readPlan(document);
    this.#plans.set(meetingId, { generation, plan });
    return plan;
  }

  /** Until when, by Redis' own clock, somebody waits for what is asked now: a command that stood still on its way does nothing after that. */
  async #deadline(): Promise<number> {
    return (await redisNow(this.#redis)) + this.#options.storeTimeoutMs;
  }
}

/** Those without a raised hand last. */
const placeOf = ({ handPlace = Number.MAX_SAFE_INTEGER }: Restorable) => handPlace;

function restorableArgs({ participant, counted, held, tracks, handPlace }: Restorable): (string | number)[] {
  return [
    JSON.stringify({ ...participant, counted }),
    held === undefined ? '' : JSON.stringify(held.session),
    held?.connection.id ?? '',
    held?.connection.resumeHash ?? '',
    JSON.stringify(tracks),
    handPlace ?? 0,
  ];
}
