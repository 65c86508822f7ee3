export interface ReservationOptions {
  /** After a participant is placed, the edge's load shows it only in reports sent this much later: the session must be opened and carry media through the second that a report sums up. */
  settleMs: number;
  /** A reservation ends after this long whatever the reports say. */
  maxAgeMs: number;
}

/** What of an edge's heartbeat tells which reservations it already counts. */
export interface EdgeReport {
  /** New at every start of the edge. */
  bootId: string;
  /** Unix time, ms, by the edge's clock. */
  sentAtMs: number;
}

interface Slot {
  count: number;
  /** By the edge's clock: reports sent from then on count these participants. */
  reportedFromMs: number;
  /** By our clock. */
  endsAtMs: number;
}

interface EdgeEntry {
  /** The last report and when it arrived by our clock; none while only reservations of other replicas are known. */
  report?: EdgeReport & { arrivedAtMs: number };
  /** Oldest first. */
  slots: Slot[];
}

/** Reservations within this time share one slot, so that an edge has at most maxAgeMs / slotMs of them however many join. */
const slotMs = 100;

const defaults: ReservationOptions = { settleMs: 2_000, maxAgeMs: 10_000 };

/** Counts the participants placed on each edge that the edge's reported load does not show yet, those placed by other replicas included. A reservation is dropped by the first report that was sent `settleMs` after it, not by one that merely arrived after it. The edge's clock is never compared with ours: the time of a reservation is put on the edge's clock as its last report's time plus what passed here since, so only the difference of two reports of one edge counts. `now` is Unix time in ms by our clock. */
export class ReservationLedger {
  readonly #options: ReservationOptions;
  readonly #edges = new Map<string, EdgeEntry>();

  constructor(options: Partial<ReservationOptions> = {}) {
    this.#options = { ...defaults, ...options };
  }

  /** Heeds a heartbeat. One that is older than the last is ignored; a new boot id ends all reservations, since the sessions are gone. */
  report(edgeId: string, report: EdgeReport, now: number): void {
    const entry = this.#edges.get(edgeId) ?? { slots: [] };
    if (entry.report?.bootId === report.bootId && report.sentAtMs <= entry.report.sentAtMs) return;
    const restarted = entry.report !== undefined && entry.report.bootId !== report.bootId;
    const slots = restarted ? [] : entry.slots.filter((slot) => slot.reportedFromMs > report.sentAtMs);
    this.#edges.set(edgeId, { report: { ...report, arrivedAtMs: now }, slots });
  }

  /** A participant was placed on the edge, here or by another replica. */
  reserve(edgeId: string, now: number): void {
    const entry = this.#entry(edgeId);
    const newest = entry.slots.at(-1);
    const endsAtMs = now + this.#options.maxAgeMs;
    if (newest !== undefined && endsAtMs - newest.endsAtMs < slotMs) {
      newest.count += 1;
      return;
    }
    entry.slots.push({ count: 1, reportedFromMs: this.#reportedFrom(entry, now), endsAtMs });
    dropEnded(entry, now);
  }

  /** Participants that the edge's last report does not show. */
  count(edgeId: string, now: number): number {
    const entry = this.#edges.get(edgeId);
    if (entry === undefined) return 0;
    dropEnded(entry, now);
    return entry.slots.reduce((sum, slot) => sum + slot.count, 0);
  }

  /** The edge is gone. */
  forget(edgeId: string): void {
    this.#edges.delete(edgeId);
  }

  #entry(edgeId: string): EdgeEntry {
    const known = this.#edges.get(edgeId);
    if (known !== undefined) return known;
    const entry: EdgeEntry = { slots: [] };
    this.#edges.set(edgeId, entry);
    return entry;
  }

  #reportedFrom({ report }: EdgeEntry, now: number): number {
    if (report === undefined) return Number.POSITIVE_INFINITY;
    return report.sentAtMs + Math.max(0, now - report.arrivedAtMs) + slotMs + this.#options.settleMs;
  }
}

function dropEnded(entry: EdgeEntry, now: number): void {
  while (entry.slots[0] !== undefined && entry.slots[0].endsAtMs <= now) entry.slots.shift();
}
