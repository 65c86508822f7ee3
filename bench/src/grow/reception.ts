import { type DtlsParameters, TrackKind } from '@canopy/proto/media';
import type { Joined } from '@canopy/proto/signal';
import { isRtcp } from '../../../edge-node/src/testing/rtp.ts';
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
      if (isKeyFrame(packet)) this.#firstFrame.resolve(now);
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

/** Of VP8, one packet a frame: the P bit after the payload descriptor (RFC 7741 §4.2, §4.3). */
function isKeyFrame(packet: Buffer): boolean {
  const payload = rtpPayload(packet);
  const extended = ((payload[0] ?? 0) & 0x80) !== 0;
  if (!extended) return ((payload[1] ?? 1) & 0x01) === 0;
  const flags = payload[1] ?? 0;
  let at = 2;
  if ((flags & 0x80) !== 0) at += ((payload[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
  if ((flags & 0x40) !== 0) at += 1;
  if ((flags & 0x30) !== 0) at += 1;
  return ((payload[at] ?? 1) & 0x01) === 0;
}

/** What follows the header, its contributing sources and its extension (RFC 3550 §5.1, §5.3.1). */
function rtpPayload(packet: Buffer): Buffer {
  const first = packet[0] ?? 0;
  const sources = 12 + 4 * (first & 0x0f);
  const extension = (first & 0x10) === 0 ? 0 : 4 + 4 * packet.readUInt16BE(sources + 2);
  return packet.subarray(sources + extension);
}
