import { type DtlsParameters, type RtpParameters, TrackKind, TrackSource } from '@canopy/proto/media';
import type { Track } from 'node-datachannel';
import { isRtcp, nextPacket, type RtpStream, senderReport, vp8Payload } from '../../../edge-node/src/testing/rtp.ts';
import { keyFrameRequests } from './key-frame-requests.ts';
import type { Ask, Session, SessionKind, SessionMedia } from './participant.ts';
import { Peer, type PeerCertificate } from './peer.ts';

export const opus = { payloadType: 111, ticksPerFrame: 960, bytes: 80, everyMs: 20 };
export const vp8 = { payloadType: 96, ticksPerFrame: 3_600, layerBytes: [250, 500, 1_000], everyMs: 40 };
const framesPerSenderReport = 25;

/** What a publisher sends over one session: Opus, and VP8 simulcast in three layers. */
export class Publishing implements SessionMedia {
  readonly sends = true;
  readonly dtlsParameters: DtlsParameters;
  readonly #tracks: PublishedTracks;
  readonly #peer: Peer;
  readonly #microphone = newStream(opus.payloadType, opus.ticksPerFrame, () => Buffer.alloc(opus.bytes, 0xfc));
  readonly #layers = vp8.layerBytes.map((bytes) =>
    newStream(vp8.payloadType, vp8.ticksPerFrame, (keyFrame) => vp8Payload(bytes, keyFrame)),
  );
  readonly #audio: Track;
  readonly #video: Track;
  readonly #wanted = new Set<number>();
  #isPublished = false;

  /** `onKeyFrameRequest` hears of each, by the stream it is for. */
  constructor(certificate: PeerCertificate, tracks: PublishedTracks, onKeyFrameRequest: (ssrc: number) => void) {
    this.#tracks = tracks;
    this.#peer = new Peer('publisher', 'SendOnly', certificate);
    const [{ payloadType }, microphone] = [opus, this.#microphone];
    this.#audio = this.#peer.add({ kind: TrackKind.AUDIO, payloadType, ssrcs: [microphone.ssrc] });
    const ssrcs = this.#layers.map(({ ssrc }) => ssrc);
    this.#video = this.#peer.add({ kind: TrackKind.VIDEO, payloadType: vp8.payloadType, ssrcs });
    this.#video.onMessage((packet) => {
      if (!isRtcp(packet)) return;
      for (const ssrc of keyFrameRequests(packet)) {
        this.#wanted.add(ssrc);
        onKeyFrameRequest(ssrc);
      }
    });
    this.dtlsParameters = this.#peer.offer();
  }

  get connected(): boolean {
    return this.#peer.connected;
  }

  /** Resolves when both tracks are published. */
  async begin({ sendTransport }: Session, kind: SessionKind, ask: Ask): Promise<void> {
    if (sendTransport === undefined) throw new Error('the publisher may not publish');
    await this.#peer.connect(sendTransport);
    await this.#tracks.publish(TrackSource.MICROPHONE, opusParameters(this.#microphone), kind, ask);
    await this.#tracks.publish(TrackSource.CAMERA, vp8Parameters(this.#layers), kind, ask);
    this.#isPublished = true;
  }

  /** Nobody here listens. */
  receive(): void {}

  onEnd(listener: () => void): void {
    this.#peer.onEnd(listener);
  }

  close(): void {
    this.#peer.close();
  }

  /** The next packet of the microphone. False if it can't be sent. */
  sendSound(): boolean {
    return this.#send(this.#audio, this.#microphone);
  }

  /** The next frame of each layer. False if they can't be sent. */
  sendPicture(): boolean {
    return this.#layers.map((layer) => this.#send(this.#video, layer)).every(Boolean);
  }

  #send(track: Track, stream: RtpStream): boolean {
    if (!this.#isPublished || !this.#peer.connected || !track.isOpen()) return false;
    const keyFrame = stream.packets === 0 || this.#wanted.delete(stream.ssrc);
    const packets = [nextPacket(stream, keyFrame)];
    if (stream.packets % framesPerSenderReport === 1) packets.push(senderReport(stream, Date.now()));
    return packets.every((packet) => delivered(track, packet));
  }
}

/** The tracks that somebody publishes, at most one of a source, over one session after the other. */
export class PublishedTracks {
  readonly #ids = new Map<TrackSource, string>();

  get ids(): readonly string[] {
    return [...this.#ids.values()];
  }

  /** Rejects with a SignalError. */
  async publish(source: TrackSource, rtpParameters: RtpParameters, session: SessionKind, ask: Ask): Promise<void> {
    const kind = source === TrackSource.CAMERA ? TrackKind.VIDEO : TrackKind.AUDIO;
    const trackId = session === 'moved' ? (this.#ids.get(source) ?? '') : '';
    const { published } = await ask({ publish: { kind, source, rtpParameters, muted: false, trackId } });
    if (published === undefined) throw new Error('the track was not published');
    this.#ids.set(source, published.trackId);
  }
}

/** Tracks of libdatachannel are closed on a thread of their own: after it was asked whether one is open, it may not be. */
function delivered(track: Track, packet: Buffer): boolean {
  try {
    return track.sendMessageBinary(packet);
  } catch (error) {
    if (track.isOpen()) throw error;
    return false;
  }
}

export function newStream(
  payloadType: number,
  ticksPerFrame: number,
  payload: (keyFrame: boolean) => Buffer,
): RtpStream {
  const ssrc = 1 + Math.floor(Math.random() * 0x7fff_ffff);
  return { ssrc, payloadType, ticksPerFrame, payload, sequence: 1, timestamp: 0, packets: 0, octets: 0 };
}

function opusParameters({ ssrc }: RtpStream): RtpParameters {
  const { payloadType } = opus;
  return {
    mid: '0',
    codecs: [{ mimeType: 'audio/opus', payloadType, clockRate: 48_000, channels: 2, rtcpFeedback: [] }],
    headerExtensions: [],
    encodings: [{ ssrc }],
    rtcp: { cname: 'bench', reducedSize: true },
  };
}

export function vp8Parameters(layers: readonly RtpStream[]): RtpParameters {
  const feedback = [
    { type: 'nack', parameter: '' },
    { type: 'nack', parameter: 'pli' },
    { type: 'ccm', parameter: 'fir' },
  ];
  return {
    mid: '1',
    codecs: [{ mimeType: 'video/VP8', payloadType: vp8.payloadType, clockRate: 90_000, rtcpFeedback: feedback }],
    headerExtensions: [],
    encodings: layers.map(({ ssrc }) => ({ ssrc })),
    rtcp: { cname: 'bench', reducedSize: true },
  };
}
