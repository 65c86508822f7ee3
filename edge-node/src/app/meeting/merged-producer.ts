import type { Lane } from '../../core/cascade/lanes.ts';
import type { MediaProducer, PipeSender } from '../ports/media.ts';

/** Both ways of a track as one simulcast producer. */
export class MergedProducer {
  readonly producer: MediaProducer;
  /** It is held back by the worker that its consumers are on, which does one thing after the other. */
  readonly inStep: boolean;
  readonly #senders: Readonly<Record<Lane, PipeSender | undefined>>;

  constructor(producer: MediaProducer, [main, spare]: readonly PipeSender[], inStep: boolean) {
    this.producer = producer;
    this.inStep = inStep;
    this.#senders = { main, spare };
  }

  /** Held back, nothing comes of that way, and no keyframe is asked for; let go again, one is. */
  async setHeldBack(lane: Lane, heldBack: boolean): Promise<void> {
    await this.#senders[lane]?.setHeldBack(heldBack);
  }

  setPaused(paused: boolean): Promise<void> {
    return this.producer.setPaused(paused);
  }

  close(): void {
    this.producer.close();
  }

  onClosed(listener: () => void): void {
    this.producer.onClosed(listener);
  }
}
