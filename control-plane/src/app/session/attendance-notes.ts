import { backoffMs } from '@canopy/runtime/backoff';
import { type Clock, pause } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import type { Attendance, AttendanceRecords } from '../meetings/ports.ts';

export interface AttendanceNotesDeps {
  records: Pick<AttendanceRecords, 'joined' | 'left'>;
  clock: Clock;
  random: () => number;
  logger: Logger;
}

const backoff = { initialMs: 1_000, maxMs: 10_000 };
/** Longer than the database is ever promised to be away. */
const giveUpAfterMs = 600_000;

/**
 * Who came to a meeting and who left it, written down in the background: of each participant in the order in which it was
 * here, and again and again while the database is away. Nobody who comes or goes waits for it.
 */
export class AttendanceNotes {
  readonly #deps: AttendanceNotesDeps;
  readonly #queue = new KeyedQueue();

  constructor(deps: AttendanceNotesDeps) {
    this.#deps = deps;
  }

  joined(attendance: Attendance): void {
    const { meetingId, participantId } = attendance;
    this.#note(meetingId, participantId, (at) => this.#deps.records.joined(attendance, at));
  }

  left(meetingId: string, participantId: string): void {
    this.#note(meetingId, participantId, (at) => this.#deps.records.left(meetingId, participantId, at));
  }

  #note(meetingId: string, participantId: string, write: (at: number) => Promise<void>): void {
    const at = this.#deps.clock.now();
    this.#queue
      .run(`${meetingId} ${participantId}`, () => this.#insist(() => write(at), at + giveUpAfterMs))
      .catch((error: unknown) => {
        this.#deps.logger.warn({ err: error, meetingId, participantId }, 'an attendance was not recorded');
      });
  }

  async #insist(write: () => Promise<void>, until: number): Promise<void> {
    const { clock, random } = this.#deps;
    for (let attempt = 0; ; attempt++) {
      try {
        return await write();
      } catch (error) {
        if (!CanopyError.from(error).retryable || clock.now() > until) throw error;
      }
      await pause(clock, backoffMs(attempt, backoff, random()));
    }
  }
}
