import { type DtlsParameters, TrackKind } from '@canopy/proto/media';
import type { ClientLocation, Joined } from '@canopy/proto/signal';
import { isRtcp } from '../../../edge-node/src/testing/rtp.ts';
import { capabilities, payloadTypes } from './capabilities.ts';
import { Peer } from './peer.ts';
import { SignalSocket } from './signal-socket.ts';

export interface ViewerOptions {
  url: string;
  token: string;
  /** As a proxy reports it. */
  address: string;
  location: ClientLocation;
  /** Connects its transport and waits for media; else its consumers are real and get no packets. */
  connects: boolean;
}

/** The certificate of those who never shake hands. */
const nobodysCertificate: DtlsParameters = {
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};

/** Somebody who watches. */
export class Viewer {
  readonly edgeId: string;
  readonly consumers: number;
  /** From opening the socket to the answer. */
  readonly joinMs: number;
  /** From opening the socket to the first video packet, and to the first keyframe; only of those who connect. The error when none comes. */
  readonly media: Promise<FirstMedia | Error> | undefined;
  readonly #signal: SignalSocket;
  readonly #peer: Peer | undefined;

  /** Rejects with a SignalError when the join is refused. */
  static async join(options: ViewerOptions): Promise<Viewer> {
    const reception = options.connects ? new Reception() : undefined;
    const startedAt = performance.now();
    try {
      const { url, token, address, location } = options;
      const signal = await SignalSocket.open(url, address);
      const dtlsParameters = reception?.dtlsParameters ?? nobodysCertificate;
      const { joined } = await signal.ask({
        join: { token, rtpCapabilities: capabilities, dtlsParameters, rtts: [], location },
      });
      if (joined === undefined) throw new Error('the answer to a join is no answer');
      return new Viewer(signal, joined, performance.now() - startedAt, reception, startedAt);
    } catch (error) {
      reception?.peer.close();
      throw error;
    }
  }

  private constructor(
    signal: SignalSocket,
    joined: Joined,
    joinMs: number,
    reception: Reception | undefined,
    startedAt: number,
  ) {
    this.#signal = signal;
    this.#peer = reception?.peer;
    this.edgeId = joined.edge?.id ?? '';
    this.consumers = joined.consumers.length;
    this.joinMs = joinMs;
    this.media = reception?.start(joined, startedAt).catch((error: unknown) => toError(error));
  }

  get receivedBytes(): number {
    return this.#signal.receivedBytes;
  }

  /** Why it ended though it had not left; undefined while it did not. */
  get lostBecause(): string | undefined {
    return this.#signal.lostBecause;
  }

  /** The edges a track crosses to this viewer, the origin first. */
  async pathOf(trackId: string): Promise<string[]> {
    const { path } = await this.#signal.ask({ getTrackPath: { trackId } });
    return (path?.edges ?? []).map(({ id }) => id);
  }

  /** Rejects with a SignalError when the server does not confirm it; then it is gone as by `drop`. */
  async leave(): Promise<void> {
    try {
      await this.#signal.ask({ leave: {} });
    } finally {
      this.drop();
    }
  }

  /** Goes without a word. */
  drop(): void {
    this.#peer?.close();
    this.#signal.close();
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

export interface FirstMedia {
  connectedMs: number;
  firstPacketMs: number;
  firstFrameMs: number;
}

const mediaTimeoutMs = 10_000;

class Reception {
  readonly peer = new Peer('viewer', 'RecvOnly');
  readonly dtlsParameters: DtlsParameters;
  readonly #firstPacket = Promise.withResolvers<number>();
  readonly #firstFrame = Promise.withResolvers<number>();

  constructor() {
    this.peer.add({ kind: TrackKind.AUDIO, payloadType: payloadTypes.audio, ssrcs: [] });
    const video = this.peer.add({ kind: TrackKind.VIDEO, payloadType: payloadTypes.video, ssrcs: [] });
    video.onMessage((packet) => {
      if (isRtcp(packet)) return;
      const now = performance.now();
      this.#firstPacket.resolve(now);
      if (isKeyFrame(packet)) this.#firstFrame.resolve(now);
    });
    this.dtlsParameters = this.peer.offer();
  }

  async start({ receiveTransport, consumers }: Joined, startedAt: number): Promise<FirstMedia> {
    if (receiveTransport === undefined) throw new Error('there is nothing to receive on');
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(() => timeout.reject(new Error('no media came')), mediaTimeoutMs);
    const first = async () => {
      await this.peer.connect(receiveTransport, consumers);
      const connectedMs = performance.now() - startedAt;
      const [packet, frame] = await Promise.all([this.#firstPacket.promise, this.#firstFrame.promise]);
      return { connectedMs, firstPacketMs: packet - startedAt, firstFrameMs: frame - startedAt };
    };
    try {
      return await Promise.race([first(), timeout.promise]);
    } finally {
      clearTimeout(timer);
    }
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
