import { type EdgeHeartbeat, EdgeLifecycle, type Reservation } from '@canopy/proto/bus';
import type { Clock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { protocolVersion } from '@canopy/runtime/protocol';
import { edgeLoad, networkBound } from '../../core/edges/edge-load.ts';
import { afterHeartbeat, type EdgeChange, type EdgeRecord, isSameStanding } from '../../core/edges/edge-record.ts';
import { type Hearing, isSilent, type SilenceLimits } from '../../core/edges/hearing.ts';
import { type MeasuredPath, MeasuredPaths } from '../../core/edges/measured-paths.ts';
import type { Quarantine } from '../../core/edges/quarantine.ts';
import { versionOfEdge, versionsInUse } from '../../core/edges/versions.ts';
import { loadPerParticipant } from '../../core/placement/participant-load.ts';
import { ReservationLedger } from '../../core/placement/reservations.ts';
import type { EdgeCandidate, EdgeHealth, GeoPoint, PlacementPolicy } from '../../core/placement/types.ts';

export interface EdgeDirectoryOptions {
  policy: PlacementPolicy;
  /** Where a region is; undefined for one that is not in the catalogue. */
  regionLocation(region: string): GeoPoint | undefined;
  limits: SilenceLimits;
}

/** Participants that one replica places on an edge on trial: their media decides. */
const trialPlaces = 2;
/** One that was emptied before it went was taken away on purpose. */
const forgetEmptiedAfterMs = 300_000;
/** One that was lost is shown for a day: somebody may have to look after it. */
const forgetLostAfterMs = 86_400_000;
/**
 * No meeting has had so many plans, with one each millisecond for thousands of years. Who says so errs; were it believed, epochs
 * would soon pass what a number can tell apart, and no plan could be made any more.
 */
const highestCredibleEpoch = 2 ** 48;
/** Edges send a heartbeat each second. */
const overdueAfterMs = 1_300;

/** The edges as this replica hears of them. Every replica has its own and they agree by hearing the same. */
export class EdgeDirectory {
  /** `forgotten`: it is known no more, by its id. */
  readonly changes = new Emitter<{ change: EdgeChange; forgotten: string }>();
  /** In the order of their ids. */
  #records = new Map<string, EdgeRecord>();
  #standing = 0;
  readonly #reservations = new ReservationLedger();
  readonly #paths = new MeasuredPaths();
  /** Placed by this replica on edges that are on trial, since it began or began anew. */
  readonly #tried = new Map<string, number>();
  readonly #options: EdgeDirectoryOptions;
  readonly #clock: Clock;

  constructor(options: EdgeDirectoryOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  heard(heartbeat: EdgeHeartbeat): void {
    const now = this.#clock.now();
    const { edgeId } = heartbeat;
    const { record, change } = afterHeartbeat(this.#records.get(edgeId), heartbeat, this.#options.policy, now);
    this.#put(record);
    this.#reservations.report(edgeId, heartbeat, now);
    this.#paths.heard(edgeId, heartbeat.neighbours, now);
    if (change !== undefined) this.#changed(change);
  }

  /** Marks edges that fell silent. What they turn out to be is for others to find out. */
  findSilent(hearing: Hearing): void {
    const now = this.#clock.now();
    for (const [edgeId, record] of this.#records) {
      if (record.status !== 'alive' || !isSilent(record.heardAt, hearing, this.#options.limits, now)) continue;
      this.#put({ ...record, status: 'silent' });
      this.changes.emit('change', { kind: 'silent', edgeId });
    }
  }

  /** A silent edge that does not answer either is dead. One that was heard of meanwhile is not. */
  declareDead(edgeId: string): void {
    if (this.#records.get(edgeId)?.status === 'silent') this.convict(edgeId);
  }

  /** The edge is dead until it is heard of again, however lately it was. */
  convict(edgeId: string): void {
    const record = this.#records.get(edgeId);
    if (record === undefined || record.status === 'dead') return;
    this.#put({ ...record, status: 'dead' });
    this.#paths.forget(edgeId);
    this.#changed({ kind: 'died', edgeId });
  }

  /** Forgets edges that are gone for good: the hosts that come for them have other names. */
  forgetGone(): void {
    const now = this.#clock.now();
    for (const [edgeId, { status, heartbeat, heardAt }] of this.#records) {
      if (status !== 'dead') continue;
      const emptied = heartbeat.state === EdgeLifecycle.DRAINING && heartbeat.sessions === 0;
      if (now - heardAt < (emptied ? forgetEmptiedAfterMs : forgetLostAfterMs)) continue;
      this.#records.delete(edgeId);
      this.#standing += 1;
      this.#tried.delete(edgeId);
      this.#reservations.forget(edgeId);
      this.changes.emit('forgotten', edgeId);
    }
  }

  /** What became of a look at whether media gets through to it. */
  judged(edgeId: string, quarantine: Quarantine): void {
    const record = this.#records.get(edgeId);
    if (record === undefined || record.quarantine === quarantine) return;
    this.#put({ ...record, quarantine });
    this.#tried.delete(edgeId);
    const [before, after] = [record.quarantine.state, quarantine.state];
    if (before === after) return;
    this.changes.emit('change', { kind: after === 'quarantined' ? 'quarantined' : 'released', edgeId });
  }

  reserve(edgeId: string): void {
    if (this.#records.get(edgeId)?.quarantine.state === 'trial')
      this.#tried.set(edgeId, (this.#tried.get(edgeId) ?? 0) + 1);
    this.#reservations.reserve(edgeId, this.#clock.now());
  }

  /** By another replica, which has places of its own on an edge on trial. */
  reservedElsewhere({ edgeId }: Reservation): void {
    this.#reservations.reserve(edgeId, this.#clock.now());
  }

  get(edgeId: string): EdgeRecord | undefined {
    return this.#records.get(edgeId);
  }

  /** In the order of their ids. */
  list(): readonly EdgeRecord[] {
    return [...this.#records.values()];
  }

  /** Another number whenever there are other edges, or something else may be asked of one. Loads and measurements leave it as it is. */
  get standing(): number {
    return this.#standing;
  }

  /** Undefined for a region that is not in the catalogue. */
  location(region: string): GeoPoint | undefined {
    return this.#options.regionLocation(region);
  }

  /** host:port of its EdgeMedia service. */
  mediaAddress(edgeId: string): string | undefined {
    return this.#records.get(edgeId)?.heartbeat.mediaAddress;
  }

  /** host:port of its EdgeLink service, unless it is dead. */
  linkAddress(edgeId: string): string | undefined {
    const record = this.#records.get(edgeId);
    return record === undefined || record.status === 'dead' ? undefined : record.heartbeat.linkAddress;
  }

  /** The highest epoch any edge holds: a new plan must be above it. What can't be one is left out. */
  highestEpoch(): number {
    const held = [...this.#records.values()].map(({ heartbeat }) => heartbeat.highestEpoch);
    return Math.max(0, ...held.filter((epoch) => epoch <= highestCredibleEpoch));
  }

  /** What one edge measured lately of the way to another. */
  measured(fromId: string, toId: string): MeasuredPath | undefined {
    return this.#paths.between(fromId, toId);
  }

  /** Edges that participants may be placed on; not those of which nobody knows where they are, nor those that are not understood. */
  candidates(): EdgeCandidate[] {
    return this.list().flatMap((record) => {
      const location = this.location(record.heartbeat.region);
      return location === undefined || !record.understood ? [] : [this.#candidate(record, location)];
    });
  }

  #put(record: EdgeRecord): void {
    const { edgeId } = record.heartbeat;
    const before = this.#records.get(edgeId);
    this.#records.set(edgeId, record);
    if (before === undefined) this.#records = new Map([...this.#records].sort(([a], [b]) => (a < b ? -1 : 1)));
    if (before === undefined || !isSameStanding(before, record)) this.#standing += 1;
  }

  /** Which versions are in use depends on who is there. All of it is known before anybody is told of it. */
  #changed(change: EdgeChange): void {
    const isInUse = versionsInUse(protocolVersion, [...this.#records.values()]);
    const turned = [...this.#records].flatMap(([edgeId, record]): EdgeChange[] => {
      const understood = isInUse(versionOfEdge(record));
      if (record.status === 'dead' || understood === record.understood) return [];
      this.#put({ ...record, understood });
      return [{ kind: understood ? 'understood' : 'foreign', edgeId }];
    });
    for (const each of [change, ...turned]) this.changes.emit('change', each);
  }

  #health({ heartbeat, status, quarantine }: EdgeRecord): EdgeHealth {
    if (status !== 'alive') return status;
    const tried = quarantine.state === 'trial' && (this.#tried.get(heartbeat.edgeId) ?? 0) >= trialPlaces;
    return quarantine.state === 'quarantined' || tried ? 'quarantined' : 'alive';
  }

  /** A region that is lost falls silent edge by edge, within one period of heartbeats. */
  #isDoubtful({ heartbeat: { edgeId, region }, heardAt }: EdgeRecord): boolean {
    if (this.#clock.now() - heardAt < overdueAfterMs) return false;
    return [...this.#records.values()].some(
      (other) => other.heartbeat.region === region && other.heartbeat.edgeId !== edgeId && other.status !== 'alive',
    );
  }

  #candidate(record: EdgeRecord, location: GeoPoint): EdgeCandidate {
    const { heartbeat, overloaded } = record;
    return {
      id: heartbeat.edgeId,
      region: heartbeat.region,
      location,
      health: this.#health(record),
      draining: heartbeat.state === EdgeLifecycle.DRAINING,
      reportedLoad: edgeLoad(heartbeat),
      networkBound: networkBound(heartbeat),
      reservations: this.#reservations.count(heartbeat.edgeId, this.#clock.now()),
      loadPerParticipant: loadPerParticipant(heartbeat),
      overloaded,
      recordingRoom: heartbeat.recordingRoom,
      doubtful: this.#isDoubtful(record),
    };
  }
}
