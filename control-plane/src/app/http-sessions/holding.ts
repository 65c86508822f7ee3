import type { Clock } from '@canopy/runtime/clock';
import type { ErrorCode } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { Connected } from '../session/connected.ts';
import { unlessBusy } from '../unless-busy.ts';
import type { HttpSessionRecord, HttpSessionStore } from './ports.ts';

export interface HoldingDeps {
  store: Pick<HttpSessionStore, 'keep'>;
  media: Pick<EdgeMedia, 'getState'>;
  lookEveryMs: number;
  /** A client whose media did not get through for so long is given up. */
  connectWithinMs: number;
  clock: Clock;
  logger: Logger;
}

interface Held {
  /** As it was at its begin. */
  record: HttpSessionRecord;
  connected: Pick<Connected, 'session'>;
  since: number;
  mediaCame: boolean;
  end: (why: ErrorCode) => void;
}

/**
 * The participants by WHIP and WHEP whose presence this replica keeps. Edges tell when a transport is lost; as the bus may lose that, they
 * are also asked every now and then.
 */
export class Holding {
  readonly #deps: HoldingDeps;
  readonly #held = new Map<string, Held>();

  constructor(deps: HoldingDeps) {
    this.#deps = deps;
  }

  hold(id: string, record: HttpSessionRecord, connected: Held['connected'], end: Held['end']): void {
    this.#held.set(id, { record, connected, since: this.#deps.clock.now(), mediaCame: false, end });
  }

  letGo(id: string): void {
    this.#held.delete(id);
  }

  /** Looks after them until the returned function is called, which ends them all: their clients come back on another replica. */
  run(): () => void {
    const look = unlessBusy(() => this.#look());
    const stop = this.#deps.clock.every(this.#deps.lookEveryMs, () => void look());
    return () => {
      stop();
      for (const { end } of this.#held.values()) end('SHUTTING_DOWN');
    };
  }

  async #look(): Promise<void> {
    if (this.#held.size === 0) return;
    try {
      await this.#deps.store.keep(new Map([...this.#held].map(([id, { record }]) => [id, record])));
      const byEdge = Map.groupBy(this.#held.values(), ({ connected: { session } }) =>
        JSON.stringify([session.media.edgeId, session.meetingId]),
      );
      await Promise.all([...byEdge.values()].map((held) => this.#ask(held)));
    } catch (error) {
      this.#deps.logger.debug({ err: error }, 'sessions by WHIP and WHEP could not be looked after');
    }
  }

  async #ask(held: readonly Held[]): Promise<void> {
    const [first] = held;
    if (first === undefined) return;
    const { meetingId, media } = first.connected.session;
    const { sessions } = await this.#deps.media.getState(media.edgeId, { meetingId });
    const there = new Map(sessions.filter((one) => one.meetingId === meetingId).map((one) => [one.participantId, one]));
    const tooLate = this.#deps.clock.now() - this.#deps.connectWithinMs;
    for (const one of held) {
      const session = there.get(one.connected.session.participantId);
      if (session === undefined) one.end('SESSION_NOT_FOUND');
      else if (session.connected === true) one.mediaCame = true;
      // Without media after it came, it is the session of a newer connection that is about to take this one's place.
      else if (!one.mediaCame && one.since < tooLate) one.end('TIMEOUT');
    }
  }
}
