import { type ConsumerParameters, TrackKind } from '@canopy/proto/media';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import type { PlayedSources, ReceivingConsumer } from '../media/flow.ts';
import type { TrackReceiver } from '../media/remote-tracks.ts';

/** A session whose consumers decode when told to. Each one's media has the consumer's id. */
export class InMemoryReceiver implements TrackReceiver {
  readonly #consumers = new Map<string, InMemoryConsumer>();
  gate: Promise<void> = Promise.resolve();
  failure: Error | null = null;
  lost = false;

  async receive({ consumerId, kind }: ConsumerParameters): Promise<ReceivingConsumer> {
    await this.gate;
    if (this.failure !== null) throw this.failure;
    const consumer = new InMemoryConsumer(consumerId, kind === TrackKind.AUDIO ? 'audio' : 'video');
    this.#consumers.set(consumerId, consumer);
    return consumer;
  }

  consumer(id: string): InMemoryConsumer {
    const consumer = this.#consumers.get(id);
    if (consumer === undefined) throw new Error(`there is no consumer ${id}`);
    return consumer;
  }

  /** One more frame. */
  decode(consumerId: string): void {
    this.consumer(consumerId).framesDecoded++;
  }
}

class InMemoryConsumer implements ReceivingConsumer {
  readonly id: string;
  readonly track: MediaStreamTrack;
  readonly rtpReceiver: PlayedSources = {
    getSynchronizationSources: () =>
      this.framesDecoded === 0 ? [] : [{ source: 1, timestamp: this.framesDecoded, rtpTimestamp: 0 }],
  };
  closed = false;
  framesDecoded = 0;

  constructor(id: string, kind: 'audio' | 'video') {
    this.id = id;
    this.track = new FakeMediaStreamTrack({ kind, id });
  }

  async getStats(): Promise<RTCStatsReport> {
    const { framesDecoded, track } = this;
    return new Map([['in', { type: 'inbound-rtp', kind: track.kind, framesDecoded, packetsReceived: framesDecoded }]]);
  }

  close(): void {
    this.closed = true;
  }
}

/** Lets everything that waits for an answer run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
