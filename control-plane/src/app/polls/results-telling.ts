import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { Tally } from '../../core/polls/poll.ts';
import { resultsEvent } from '../../core/polls/wire.ts';
import { Coalescing } from '../events/coalescing.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { PollRecords } from './ports.ts';

export interface ResultsTellingDeps {
  records: Pick<PollRecords, 'find' | 'tally'>;
  store: Pick<MeetingStateStore, 'tell'>;
  rooms: Pick<Rooms, 'changed'>;
  clock: Clock;
  logger: Logger;
}

/** How long votes in one poll are gathered. */
const gatherMs = 1_000;

/** Tells hosts and cohosts how an open poll stands: once a second while people vote, however many do. */
export class ResultsTelling {
  readonly #deps: ResultsTellingDeps;
  readonly #coalescing: Coalescing;

  constructor(deps: ResultsTellingDeps) {
    this.#deps = deps;
    this.#coalescing = new Coalescing(deps.clock, deps.logger, gatherMs);
  }

  /** Somebody voted. */
  soon(meetingId: string, pollId: string): void {
    const key = `${meetingId} ${pollId}`;
    this.#coalescing.soon(key, () => this.#tell(meetingId, pollId, key));
  }

  async #tell(meetingId: string, pollId: string, key: string): Promise<void> {
    const poll = await this.#deps.records.find(meetingId, pollId);
    // Closing told the results that count.
    if (poll?.status !== 'open') return;
    const told = await this.#deps.records.tally(poll);
    await this.#say(meetingId, pollId, told);
    // Closed meanwhile, which may have been told before us: what counts comes last.
    const now = await this.#deps.records.find(meetingId, pollId);
    if (now?.results !== undefined) await this.#say(meetingId, pollId, now.results);
    if (now?.status !== 'open' || this.#coalescing.isWaiting(key)) return;
    // Another replica may have counted after us and told before us.
    if (!isDeepStrictEqual(await this.#deps.records.tally(now), told)) this.soon(meetingId, pollId);
  }

  async #say(meetingId: string, pollId: string, tally: Tally): Promise<void> {
    const event = resultsEvent(pollId, tally);
    this.#deps.rooms.changed(meetingId, await this.#deps.store.tell(meetingId, [event]));
  }
}
