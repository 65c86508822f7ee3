import { FakePublisher, FakeViewer } from '@canopy/edge-node/testing';
import { TrackKind } from '@canopy/proto/media';
import type { EdgeProcess } from '../failover/edge-process.ts';
import { mostWithin } from '../grow/key-frame-requests.ts';

/** What it took to show a higher layer. */
export interface Ask {
  /** From asking for it to its first packet at the viewer, the start of a keyframe; infinite if none came in {@link patienceMs}. */
  seenMs: number;
}

export interface KeyFrameRequests {
  total: number;
  /** The most for one stream within 500 ms. */
  mostPer500Ms: number;
}

/** Bytes of a frame, in the proportions that browsers choose for 180, 360 and 720 lines (client/src/media/encodings.ts), as large as one packet allows. */
export const layerBytes = [75, 300, 1_200] as const;
const [, middleBytes] = layerBytes;
const heights = { small: 180, large: 720 };
const patienceMs = 10_000;
const windowMs = 500;
/** The measuring process is late by some ms now and then: two requests a window apart must not seem to be closer. */
const timingErrorMs = 20;
const trackId = 'camera';

/** A meeting of one publisher on the origin and one viewer on the leaf. */
export class Party implements AsyncDisposable {
  readonly #publisher: FakePublisher;
  readonly #viewer: FakeViewer;

  static async gather(meetingId: string, origin: EdgeProcess, leaf: EdgeProcess): Promise<Party> {
    await using owned = new AsyncDisposableStack();
    const seat = { client: origin.client, meetingId, participantId: 'p' };
    const publisher = owned.use(await FakePublisher.start({ ...seat, trackId, layerBytes }));
    const viewer = owned.use(await FakeViewer.start({ client: leaf.client, meetingId, participantId: 'v' }));
    const party = new Party(publisher, viewer);
    await party.#show(heights.large);
    owned.move();
    return party;
  }

  private constructor(publisher: FakePublisher, viewer: FakeViewer) {
    this.#publisher = publisher;
    this.#viewer = viewer;
  }

  shrink(): Promise<void> {
    return this.#show(heights.small);
  }

  /** The tile grows. */
  async enlarge(): Promise<Ask> {
    const askedAt = performance.now();
    const seen = new Promise<number>((resolve) => {
      const giveUp = setTimeout(() => resolve(Number.POSITIVE_INFINITY), patienceMs);
      this.#viewer.onRtp((_, packet) => {
        if (packet.length <= 2 * middleBytes) return;
        clearTimeout(giveUp);
        resolve(performance.now() - askedAt);
      });
    });
    await this.#show(heights.large);
    return { seenMs: await seen };
  }

  /** At the publisher, since then (ms of performance.now()). */
  keyFrameRequestsSince(since: number): KeyFrameRequests {
    const log = this.#publisher.keyFrameRequestLog.filter(({ at }) => at >= since);
    const streams = Map.groupBy(log, ({ ssrc }) => ssrc).values();
    const most = [...streams].map((requests) =>
      mostWithin(
        requests.map(({ at }) => at),
        windowMs - timingErrorMs,
      ),
    );
    return { total: log.length, mostPer500Ms: Math.max(0, ...most) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#viewer[Symbol.asyncDispose]();
    await this.#publisher[Symbol.asyncDispose]();
  }

  async #show(height: number): Promise<void> {
    const { refused } = await this.#viewer.watch('origin', [trackId], TrackKind.VIDEO, height);
    if (refused[0] !== undefined) throw new Error(`a viewer was refused the track: ${refused[0].code}`);
  }
}
