import { type DtlsParameters, TrackKind } from '@canopy/proto/media';
import type { Joined } from '@canopy/proto/signal';
import { isRtcp, isVp8KeyFrame } from '../../../edge-node/src/testing/rtp.ts';
import { payloadTypes } from './capabilities.ts';
import { Peer, type PeerCertificate } from './peer.ts';

/** ms since the join began. */
export interface FirstMedia {
  /** DTLS is done. */
  connectedMs: number;
  firstPacketMs: number;
  firstFrameMs: number;
}

/** What a session is to receive on, as a join or a move brings it. */
export type Delivery = Pick<Joined, 'receiveTransport' | 'consumers'>;

const mediaTimeoutMs = 10_000;

/** The receiving side of a viewer that connects: what it shows when joining, and when its first video comes. */
export class Reception {
  readonly peer: Peer;
  readonly dtlsParameters: DtlsParameters;
  readonly #firstPacket = Promise.withResolvers<number>();
  readonly #firstFrame = Promise.withResolvers<number>();

  /** `onFrame` hears of every video packet, each of which is one frame. */
  constructor(certificate?: PeerCertificate, onFrame: (packet: Buffer, at: number) => void = () => {}) {
    this.peer = new Peer('viewer', 'RecvOnly', certificate);
    this.peer.add({ kind: TrackKind.AUDIO, payloadType: payloadTypes.audio, ssrcs: [] });
    const video = this.peer.add({ kind: TrackKind.VIDEO, payloadType: payloadTypes.video, ssrcs: [] });
    video.onMessage((packet) => {
      if (isRtcp(packet)) return;
      const now = performance.now();
      onFrame(packet, now);
      this.#firstPacket.resolve(now);
      if (isVp8KeyFrame(packet)) this.#firstFrame.resolve(now);
    });
    this.dtlsParameters = this.peer.offer();
  }

  /** Connects and waits for video. Resolves with the error when none comes. */
  async firstMedia(joined: Delivery, startedAt: number): Promise<FirstMedia | Error> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('no video came')), mediaTimeoutMs);
    try {
      return await Promise.race([this.#receive(joined, startedAt), late]);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  async #receive({ receiveTransport, consumers }: Delivery, startedAt: number): Promise<FirstMedia> {
    if (receiveTransport === undefined) throw new Error('there is nothing to receive on');
    await this.peer.connect(receiveTransport, consumers);
    const connectedMs = performance.now() - startedAt;
    const [packetAt, frameAt] = await Promise.all([this.#firstPacket.promise, this.#firstFrame.promise]);
    return { connectedMs, firstPacketMs: packetAt - startedAt, firstFrameMs: frameAt - startedAt };
  }
}
