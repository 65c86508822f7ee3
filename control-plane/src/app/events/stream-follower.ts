import type { MeetingEvent, StreamPosition } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import { applyEvent, emptyState, isAtLeast, type MeetingState } from '../../core/meeting/state.ts';
import type { EventStream, MeetingStateStore } from '../session/meeting-state-store.ts';

export interface StreamFollowerDeps {
  store: Pick<MeetingStateStore, 'read'>;
  stream: Pick<EventStream, 'since'>;
  logger: Logger;
  /** Each event once and in order, when the state is the one after it. */
  onEvent(event: MeetingEvent): void;
  /** What was missed can't be had: the state is another one, read as a whole. */
  onReadAnew(state: MeetingState): void;
  /** The stream is another one than that of `known`, or has lost what was newest: puts back what can be. Resolves to whether anything was. */
  putBack(known: MeetingState): Promise<boolean>;
}

/** The state of one meeting, followed event by event as they are heard of, in whichever order; those that were not are read from the stream. */
export class StreamFollower {
  readonly #meetingId: string;
  readonly #deps: StreamFollowerDeps;
  /** Everything that waits for the store goes one after the other. */
  readonly #work = new KeyedQueue();
  #state: MeetingState = emptyState;

  constructor(meetingId: string, deps: StreamFollowerDeps) {
    this.#meetingId = meetingId;
    this.#deps = deps;
  }

  get state(): MeetingState {
    return this.#state;
  }

  get position(): StreamPosition {
    return this.#state.position;
  }

  /** Begins with what there is. Errors: STATE_UNAVAILABLE. */
  async open(): Promise<void> {
    this.#state = await this.#deps.store.read(this.#meetingId);
  }

  /** Events that happened; those without a position are not of the stream. */
  heard(events: readonly MeetingEvent[]): void {
    for (const event of events) {
      const { position } = event;
      if (position === undefined) continue;
      const mine = this.position;
      const next = mine.generation === '' ? 1 : mine.sequence + 1;
      const sameStream = mine.generation === '' || position.generation === mine.generation;
      if (sameStream && position.sequence < next) continue;
      if (sameStream && position.sequence === next) this.#deliver(event);
      else this.#catchUpLater();
    }
  }

  /** Reads what was missed, if anything was. */
  catchUp(): Promise<void> {
    return this.#work.run(this.#meetingId, () => this.#readMissed());
  }

  /** Resolves when the state here is at least as new as `position`. Errors: STATE_UNAVAILABLE. */
  async reach(position: StreamPosition): Promise<MeetingState> {
    if (!isAtLeast(this.position, position)) {
      await this.#work.run(this.#meetingId, async () => {
        if (!isAtLeast(this.position, position)) await this.#readMissed();
      });
    }
    if (!isAtLeast(this.position, position)) throw new CanopyError('STATE_UNAVAILABLE');
    return this.#state;
  }

  /** Compares with where the stream stands; undefined: it is gone. One that stands further back has lost what was newest, or more came since. */
  async compare(position: StreamPosition | undefined): Promise<void> {
    const mine = this.position;
    if (position?.generation === mine.generation && position.sequence === mine.sequence) return;
    await this.catchUp();
  }

  #deliver(event: MeetingEvent): void {
    this.#state = applyEvent(this.#state, event);
    this.#deps.onEvent(event);
  }

  #catchUpLater(): void {
    this.catchUp().catch((error: unknown) => {
      this.#deps.logger.warn({ err: error, meetingId: this.#meetingId }, 'missed events could not be read yet');
    });
  }

  async #readMissed(): Promise<void> {
    for (;;) {
      const events = await this.#deps.stream.since(this.#meetingId, this.position);
      if (events === undefined) return await this.#readAnew();
      const before = this.position.sequence;
      for (const event of events) {
        if (event.position?.sequence === this.position.sequence + 1) this.#deliver(event);
      }
      if (events.length === 0 || this.position.sequence === before) return;
    }
  }

  async #readAnew(): Promise<void> {
    const before = this.position;
    let state = await this.#deps.store.read(this.#meetingId);
    // It came after all, and what was read may be older.
    if (this.position !== before) return await this.#readMissed();
    const isLost = !isAtLeast(state.position, this.position);
    if (isLost && (await this.#deps.putBack(this.#state))) state = await this.#deps.store.read(this.#meetingId);
    this.#state = state;
    this.#deps.onReadAnew(state);
  }
}
