import type { QuestionSetting } from '../../core/questions/question.ts';
import { type VoteCount, voteCountOf, voteEventsOf } from '../../core/questions/wire.ts';
import { Coalescing, type CoalescingDeps } from '../events/coalescing.ts';
import type { QuestionRecords } from './ports.ts';

export interface VoteTellingDeps extends CoalescingDeps {
  records: Pick<QuestionRecords, 'list'>;
}

/** Tells how many votes questions have: once a second for all that got some, however many vote. */
export class VoteTelling {
  readonly #coalescing: Coalescing<QuestionSetting, VoteCount>;

  constructor(deps: VoteTellingDeps) {
    this.#coalescing = new Coalescing(deps, {
      gatherMs: 1_000,
      async read(meetingId, settings) {
        const told = new Map<string, VoteCount>();
        for (const question of await deps.records.list(meetingId, [...settings.keys()])) {
          const setting = settings.get(question.id);
          if (setting !== undefined) told.set(question.id, voteCountOf(question, setting));
        }
        return told;
      },
      eventsOf: voteEventsOf,
    });
  }

  /** Somebody voted, or took it back. */
  soon(meetingId: string, questionId: string, setting: QuestionSetting): void {
    this.#coalescing.soon(meetingId, questionId, setting);
  }
}
