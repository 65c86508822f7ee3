import { type ConsumerParameters, type DtlsParameters, TrackKind } from '@canopy/proto/media';
import { isRtcp, isVp8KeyFrame } from '../../../edge-node/src/testing/rtp.ts';
import { payloadTypes } from './capabilities.ts';
import type { Session, SessionMedia } from './participant.ts';
import { Peer, type PeerCertificate } from './peer.ts';

/** ms since the join began, or of `performance.now()`. */
export interface FirstMedia {
  /** DTLS is done. */
  connectedMs: number;
  firstPacketMs: number;
  firstFrameMs: number;
}

const mediaTimeoutMs = 10_000;
const ssrcOffset = 8;

/** The receiving side of a viewer that connects, over one session. */
export class Reception implements SessionMedia {
  readonly sends = false;
  readonly dtlsParameters: DtlsParameters;
  /** When its first video came, by `performance.now()`; the error when none did. */
  readonly came: Promise<FirstMedia | Error>;
  readonly #peer: Peer;
  readonly #came = Promise.withResolvers<FirstMedia | Error>();
  readonly #firstPacket = Promise.withResolvers<number>();
  readonly #firstFrame = Promise.withResolvers<number>();
  /** By the stream. */
  readonly #trackIds = new Map<number, string>();
  readonly #seen = new Set<string>();
  #edgeId = '';
  /** What is to be received now. */
  #consumers: readonly ConsumerParameters[] = [];
  #firstFrameAt: number | undefined;

  /** `onFrame` hears of every video packet, each of which is one frame. */
  constructor(certificate: PeerCertificate, onFrame: (packet: Buffer, at: number) => void = () => {}) {
    this.#peer = new Peer('viewer', 'RecvOnly', certificate);
    this.#peer.add({ kind: TrackKind.AUDIO, payloadType: payloadTypes.audio, ssrcs: [] });
    const video = this.#peer.add({ kind: TrackKind.VIDEO, payloadType: payloadTypes.video, ssrcs: [] });
    video.onMessage((packet) => {
      if (isRtcp(packet)) return;
      const now = performance.now();
      onFrame(packet, now);
      this.#firstPacket.resolve(now);
      if (!isVp8KeyFrame(packet)) return;
      this.#firstFrameAt ??= now;
      this.#firstFrame.resolve(now);
      const trackId = this.#trackIds.get(packet.readUInt32BE(ssrcOffset));
      if (trackId !== undefined) this.#seen.add(trackId);
    });
    this.dtlsParameters = this.#peer.offer();
    this.came = this.#came.promise;
  }

  get connected(): boolean {
    return this.#peer.connected;
  }

  /** Of the session, once it began. */
  get edgeId(): string {
    return this.#edgeId;
  }

  /** When its first keyframe came, by `performance.now()`; undefined while none did. */
  get firstFrameAt(): number | undefined {
    return this.#firstFrameAt;
  }

  /** Tracks of which a keyframe came. */
  get videosSeen(): number {
    return this.#seen.size;
  }

  /** Resolves with the first frame. */
  async begin(session: Session): Promise<void> {
    this.#edgeId = session.edge?.id ?? '';
    const came = await this.#within(this.#receive(session));
    this.#came.resolve(came);
    if (came instanceof Error) throw came;
  }

  receive(consumers: readonly ConsumerParameters[]): void {
    this.#note(consumers);
    this.#consumers = consumers;
    if (this.#peer.connected) this.#peer.receive(consumers);
  }

  onEnd(listener: () => void): void {
    this.#peer.onEnd(listener);
  }

  close(): void {
    this.#peer.close();
  }

  #note(consumers: readonly ConsumerParameters[]): void {
    for (const { trackId, rtpParameters } of consumers)
      for (const { ssrc } of rtpParameters?.encodings ?? []) if (ssrc !== undefined) this.#trackIds.set(ssrc, trackId);
  }

  async #within(received: Promise<FirstMedia>): Promise<FirstMedia | Error> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('no video came')), mediaTimeoutMs);
    try {
      return await Promise.race([received, late]);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  async #receive({ receiveTransport, consumers }: Session): Promise<FirstMedia> {
    if (receiveTransport === undefined) throw new Error('there is nothing to receive on');
    this.#note(consumers);
    this.#consumers = consumers;
    await this.#peer.connect(receiveTransport, consumers);
    // Others may have been asked for meanwhile.
    if (this.#consumers !== consumers) this.#peer.receive(this.#consumers);
    const connectedMs = performance.now();
    const [firstPacketMs, firstFrameMs] = await Promise.all([this.#firstPacket.promise, this.#firstFrame.promise]);
    return { connectedMs, firstPacketMs, firstFrameMs };
  }
}
