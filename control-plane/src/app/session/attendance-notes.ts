import type { Clock } from '@canopy/runtime/clock';
import { keepTrying } from '@canopy/runtime/keep-trying';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import type { RoleName } from '../../core/meeting/roles.ts';
import type { Attendance, AttendanceRecords } from '../meetings/ports.ts';

export interface AttendanceNotesDeps {
  records: AttendanceRecords;
  clock: Clock;
  random: () => number;
  logger: Logger;
}

const backoff = { initialMs: 1_000, maxMs: 10_000 };
/** Longer than the database is ever promised to be away. */
const giveUpAfterMs = 600_000;
/** What is written at once, of everybody: a crowd that leaves takes no more connections than this. */
const lanes = 3;

/**
 * Who came to a meeting, as what and by which name, and who left it, written down in the background: of each participant in the
 * order in which it was here, and again and again while the database is away. Nobody waits for it. What waits when the replica
 * ends is lost.
 */
export class AttendanceNotes {
  readonly #deps: AttendanceNotesDeps;
  readonly #queue = new KeyedQueue();

  constructor(deps: AttendanceNotesDeps) {
    this.#deps = deps;
  }

  joined(attendance: Attendance): void {
    const { meetingId, participantId } = attendance;
    this.#note(meetingId, participantId, (agoMs) => this.#deps.records.joined(attendance, agoMs));
  }

  left(meetingId: string, participantId: string): void {
    this.#note(meetingId, participantId, (agoMs) => this.#deps.records.left(meetingId, participantId, agoMs));
  }

  roleChanged(meetingId: string, participantId: string, role: RoleName): void {
    this.#note(meetingId, participantId, () => this.#deps.records.roleChanged(meetingId, participantId, role));
  }

  renamed(meetingId: string, participantId: string, name: string): void {
    this.#note(meetingId, participantId, () => this.#deps.records.renamed(meetingId, participantId, name));
  }

  #note(meetingId: string, participantId: string, write: (agoMs: number) => Promise<void>): void {
    const { clock, random, logger } = this.#deps;
    const at = clock.now();
    const writeNow = () => write(Math.max(0, clock.now() - at));
    const options = { ...backoff, until: at + giveUpAfterMs, clock, random };
    this.#queue
      .run(laneOf(participantId), () => keepTrying(writeNow, options))
      .catch((error: unknown) => {
        logger.warn({ err: error, meetingId, participantId }, 'an attendance was not recorded');
      });
  }
}

/** The same one for everything about a participant. */
function laneOf(participantId: string): string {
  let sum = 0;
  for (const letter of participantId) sum += letter.charCodeAt(0);
  return String(sum % lanes);
}
