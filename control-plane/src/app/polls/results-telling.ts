import type { MeetingEvent } from '@canopy/proto/signal';
import { resultsEvent } from '../../core/polls/wire.ts';
import { Coalescing, type CoalescingDeps } from '../events/coalescing.ts';
import type { PollRecords } from './ports.ts';

export interface ResultsTellingDeps extends CoalescingDeps {
  records: Pick<PollRecords, 'find' | 'tally'>;
}

/** Tells hosts and cohosts how a poll stands: once a second while people vote, however many do. */
export class ResultsTelling {
  readonly #coalescing: Coalescing<null, MeetingEvent>;

  constructor(deps: ResultsTellingDeps) {
    this.#coalescing = new Coalescing(deps, {
      gatherMs: 1_000,
      async read(meetingId, polls) {
        const told = new Map<string, MeetingEvent>();
        const look = async (pollId: string) => {
          const poll = await deps.records.find(meetingId, pollId);
          // Closing told the results that count, but what was counted before may have been told after that.
          const tally = poll?.status === 'open' ? await deps.records.tally(poll) : poll?.results;
          if (tally !== undefined) told.set(pollId, resultsEvent(pollId, tally));
        };
        await Promise.all([...polls.keys()].map(look));
        return told;
      },
      eventsOf: (told) => [...told],
    });
  }

  /** Somebody voted. */
  soon(meetingId: string, pollId: string): void {
    this.#coalescing.soon(meetingId, pollId, null);
  }
}
