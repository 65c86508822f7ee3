import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { ScheduleRecords } from './ports.ts';

export interface RemindingDeps {
  records: Pick<ScheduleRecords, 'remind'>;
  clock: Clock;
  logger: Logger;
}

const minutes = 60_000;
/** Webhooks are reminded of a meeting so long before it starts. */
const aheadMs = 15 * minutes;
const lookEveryMs = 15_000;

/** Reminds webhooks of meetings that start soon. Every replica looks; the database lets each meeting have one reminder. */
export class Reminding {
  readonly #deps: RemindingDeps;

  constructor(deps: RemindingDeps) {
    this.#deps = deps;
  }

  /** Until the returned function is called. */
  run(): () => void {
    return this.#deps.clock.every(lookEveryMs, () => {
      this.remind().catch((error: unknown) => this.#deps.logger.debug({ err: error }, 'nobody could be reminded'));
    });
  }

  /** Errors: STATE_UNAVAILABLE. */
  async remind(): Promise<number> {
    const now = this.#deps.clock.now();
    return await this.#deps.records.remind(now, now + aheadMs);
  }
}
