import { CanopyError } from '@canopy/runtime/errors';
import type { SentProducer, TrackSender } from '../media/local-tracks.ts';
import type { SendOptions } from '../media/media-session.ts';

let ids = 0;

/** A session that publishes at once, unless it is told to fail or to wait. */
export class InMemorySender implements TrackSender {
  readonly producers: InMemoryProducer[] = [];
  failure: CanopyError | null = null;
  /** Tracks that can't move here, for nobody knows them any more. */
  readonly forgotten = new Set<string>();
  gate: Promise<void> = Promise.resolve();
  readonly asked = Promise.withResolvers<void>();

  async send(media: MediaStreamTrack, { trackId }: SendOptions): Promise<SentProducer> {
    this.asked.resolve();
    await this.gate;
    if (this.failure !== null) throw this.failure;
    if (trackId !== undefined && this.forgotten.has(trackId)) throw new CanopyError('TRACK_NOT_FOUND');
    const mid = String(this.producers.length);
    const producer = new InMemoryProducer(trackId ?? `track-${++ids}`, media, mid);
    this.producers.push(producer);
    return producer;
  }

  /** What was published last. */
  get last(): InMemoryProducer {
    const producer = this.producers.at(-1);
    if (producer === undefined) throw new Error('nothing was published');
    return producer;
  }
}

/** The part of a sender that has encodings: three. */
class InMemoryRtpSender {
  encodings: RTCRtpEncodingParameters[] = [{ active: true }, { active: true }, { active: true }];
  /** What was read last may be set, and once only. */
  #transactions = 0;

  getParameters(): RTCRtpSendParameters {
    const encodings = this.encodings.map((encoding) => ({ ...encoding }));
    return { transactionId: String(++this.#transactions), encodings, codecs: [], headerExtensions: [], rtcp: {} };
  }

  async setParameters({ transactionId, encodings }: RTCRtpSendParameters): Promise<void> {
    if (transactionId !== String(this.#transactions)) throw new DOMException('', 'InvalidModificationError');
    await new Promise((resolve) => void setImmediate(resolve));
    this.encodings = encodings;
  }
}

class InMemoryProducer implements SentProducer {
  readonly id: string;
  track: MediaStreamTrack | null;
  paused = false;
  closed = false;
  /** What a change of track waits for. */
  gate: Promise<void> = Promise.resolve();
  readonly rtpSender = new InMemoryRtpSender();
  readonly rtpParameters: SentProducer['rtpParameters'];

  constructor(id: string, track: MediaStreamTrack, mid: string) {
    this.id = id;
    this.track = track;
    this.rtpParameters = { mid, codecs: [] };
  }

  async replaceTrack({ track }: { track: MediaStreamTrack | null }): Promise<void> {
    await this.gate;
    this.track = track;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  close(): void {
    this.closed = true;
  }
}
