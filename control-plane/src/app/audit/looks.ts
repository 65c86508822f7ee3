import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { LRUCache } from 'lru-cache';
import { type Owner, owns, type Principal } from '../../core/access/authorize.ts';
import type { Access } from '../access/access.ts';
import { type Actor, nameOf } from './audit.ts';
import type { AuditEntry, AuditRecords } from './ports.ts';

export interface LooksDeps {
  access: Pick<Access, 'may'>;
  meetings: { find(meetingId: string): Promise<Owner | undefined> };
  records: Pick<AuditRecords, 'note'>;
  clock: Clock;
  logger: Logger;
}

/** What of a meeting somebody looks at. */
type View = 'meeting' | 'participants' | 'attendees' | 'placement' | 'plan' | 'candidates';

/** One note says it for so long: pages ask once a second. */
const notedForMs = 10 * 60_000;
/** Of more looks than this the oldest are forgotten, and noted once more. */
const mostRemembered = 10_000;

/** Notes that operators look at meetings that are not theirs: each replica at most once in ten minutes for each of them and meeting. */
export class Looks {
  readonly #deps: LooksDeps;
  /** What has been noted, or need not be, by who looked at what. */
  readonly #settled: LRUCache<string, true>;

  constructor(deps: LooksDeps) {
    this.#deps = deps;
    this.#settled = new LRUCache({ max: mostRemembered, ttl: notedForMs, ttlResolution: 0, perf: deps.clock });
  }

  /** What somebody reads of a meeting. It is answered once it is noted; what is refused is not noted. Errors: those of `read`. */
  async during<T>(actor: Actor, meetingId: string, view: View, read: () => Promise<T>): Promise<T> {
    const found = await read();
    await this.#settle(actor, meetingId, () => this.#look(actor.principal, meetingId, view));
    return found;
  }

  /** The same of a list, which shows operators the meetings of everybody. */
  async duringList<T>(actor: Actor, read: () => Promise<T>): Promise<T> {
    const found = await read();
    await this.#settle(actor, 'all', async () => ({ action: 'meeting.list', target: 'all', details: {} }));
    return found;
  }

  /** Undefined: it is their own. */
  async #look(principal: Principal, meetingId: string, view: View): Promise<AuditEntry | undefined> {
    const meeting = await this.#deps.meetings.find(meetingId);
    if (meeting === undefined || owns(principal, meeting)) return undefined;
    const owner = meeting.hostId === undefined ? `key:${meeting.apiKeyId}` : `user:${meeting.hostId}`;
    return { action: 'meeting.look', target: meetingId, details: { view, owner } };
  }

  /** Nobody is kept from looking because it can't be noted: that is when operators have to. The next look tries again. */
  async #settle(
    { principal, address }: Actor,
    target: string,
    entryOf: () => Promise<AuditEntry | undefined>,
  ): Promise<void> {
    const actor = nameOf(principal);
    if (actor === undefined || !this.#deps.access.may(principal, { action: 'mesh.operate' })) return;
    const key = `${actor} ${target}`;
    if (this.#settled.has(key)) return;
    this.#settled.set(key, true);
    try {
      const entry = await entryOf();
      if (entry !== undefined) await this.#deps.records.note({ ...entry, actor, address, failed: undefined });
    } catch (error) {
      this.#settled.delete(key);
      this.#deps.logger.warn({ err: error, actor, target }, 'what an operator looked at was not noted');
    }
  }
}
