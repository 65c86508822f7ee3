import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { QuestionSetting } from '../../core/questions/question.ts';
import { voteEventsOf } from '../../core/questions/wire.ts';
import { Coalescing } from '../events/coalescing.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { QuestionRecords } from './ports.ts';

export interface VoteTellingDeps {
  records: Pick<QuestionRecords, 'list'>;
  store: Pick<MeetingStateStore, 'tell'>;
  rooms: Pick<Rooms, 'changed'>;
  clock: Clock;
  logger: Logger;
}

/** How long votes in one meeting are gathered. */
const gatherMs = 1_000;

/** Tells how many votes questions have: once a second for all that got some, however many vote. */
export class VoteTelling {
  readonly #deps: VoteTellingDeps;
  readonly #coalescing: Coalescing;
  /** By meeting, the questions that were voted for since it was last told. */
  readonly #voted = new Map<string, Set<string>>();

  constructor(deps: VoteTellingDeps) {
    this.#deps = deps;
    this.#coalescing = new Coalescing(deps.clock, deps.logger, gatherMs);
  }

  /** Somebody voted, or took it back. */
  soon(meetingId: string, questionId: string, setting: QuestionSetting): void {
    this.#voted.set(meetingId, (this.#voted.get(meetingId) ?? new Set()).add(questionId));
    this.#coalescing.soon(meetingId, () => this.#tell(meetingId, setting));
  }

  async #tell(meetingId: string, setting: QuestionSetting): Promise<void> {
    const voted = [...(this.#voted.get(meetingId) ?? [])];
    this.#voted.delete(meetingId);
    try {
      const counted = await this.#deps.records.list(meetingId, voted);
      const events = voteEventsOf(counted, setting);
      if (events.length === 0) return;
      this.#deps.rooms.changed(meetingId, await this.#deps.store.tell(meetingId, events));
      // Another replica may have counted after us and told before us.
      const told = new Map(counted.map(({ id, votes }) => [id, votes]));
      for (const { id, votes } of await this.#deps.records.list(meetingId, voted))
        if (votes !== told.get(id)) this.soon(meetingId, id, setting);
    } catch (error) {
      // It is done again then.
      if (CanopyError.from(error).retryable)
        this.#voted.set(meetingId, new Set([...voted, ...(this.#voted.get(meetingId) ?? [])]));
      throw error;
    }
  }
}
