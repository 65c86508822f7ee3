import type { Edge } from '@canopy/local-mesh';
import type { Publisher } from '../grow/publisher.ts';
import type { MovingViewer } from './moving-viewer.ts';

/** A publisher, and an audience all of whom are on one edge that is not the publisher's. */
export class WatchedMeeting implements AsyncDisposable {
  readonly edge: Edge;
  /** Those on that edge. */
  readonly viewers: readonly MovingViewer[];
  readonly #publisher: Publisher;
  readonly #everybody: readonly MovingViewer[];
  #left = false;

  constructor(publisher: Publisher, viewers: readonly MovingViewer[], everybody: readonly MovingViewer[], edge: Edge) {
    this.#publisher = publisher;
    this.viewers = viewers;
    this.#everybody = everybody;
    this.edge = edge;
  }

  async leave(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    for (const viewer of this.#everybody) viewer.close();
    await this.#publisher[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }
}
