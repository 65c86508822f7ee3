import type { TrackSource } from '@canopy/proto/media';
import type { NeededLayers } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Producer } from 'mediasoup-client/types';
import { type EncodingSender, encodeLayers, fitBitrates } from './encodings.ts';

/** The part of a track being sent that says how it is encoded. */
export type EncodedProducer = Pick<Producer, 'id' | 'track' | 'rtpParameters'> & {
  readonly rtpSender?: EncodingSender | undefined;
};

/** A track that is being sent, as statistics know it. */
export interface SentTrack {
  readonly trackId: string;
  /** Names its part of the session (RFC 8843). */
  readonly mid: string | undefined;
  /** Of the MediaStreamTrack; undefined while nothing is sent. */
  readonly mediaId: string | undefined;
  /** Names of simulcast layers that are not encoded (RFC 8852). */
  readonly idleRids: readonly (string | undefined)[];
}

export function sentTrackOf({ id, track, rtpParameters, rtpSender }: EncodedProducer): SentTrack {
  const encodings = rtpSender?.getParameters().encodings ?? [];
  const idle = encodings.filter(({ active }) => active === false);
  return { trackId: id, mid: rtpParameters.mid, mediaId: track?.id, idleRids: idle.map(({ rid }) => rid) };
}

/** No event says that a picture has another size, such as a window that somebody maximises. */
const fitEveryMs = 2_000;

/** Has each track that is being sent encoded as far as it is needed, and with what its picture is worth. */
export class SentEncodings {
  readonly #sent: () => Iterable<readonly [TrackSource, EncodedProducer]>;
  /** By track. */
  readonly #queue = new KeyedQueue();
  readonly #stopFitting: () => void;

  constructor(sent: () => Iterable<readonly [TrackSource, EncodedProducer]>, clock: Clock) {
    this.#sent = sent;
    this.#stopFitting = clock.every(fitEveryMs, () => {
      for (const [source, producer] of sent()) void this.fit(source, producer);
    });
  }

  /** Spares this device the layers of a track that nobody needs. What fails here is asked for again. */
  async encode({ trackId, layers }: NeededLayers): Promise<void> {
    const sender = [...this.#sent()].find(([, { id }]) => id === trackId)?.[1].rtpSender;
    if (sender === undefined) return;
    try {
      await this.#queue.run(trackId, () => encodeLayers(sender, layers));
    } catch (error) {
      console.warn('canopy: layers could not be changed', error);
    }
  }

  /** What was published with a small picture is not kept to few bit/s once it is a large one. */
  async fit(source: TrackSource, { id, track, rtpSender }: EncodedProducer): Promise<void> {
    if (rtpSender === undefined || track?.kind !== 'video') return;
    try {
      await this.#queue.run(id, () => fitBitrates(rtpSender, source, track));
    } catch (error) {
      console.debug('canopy: bitrates could not be changed', error);
    }
  }

  close(): void {
    this.#stopFitting();
  }
}
