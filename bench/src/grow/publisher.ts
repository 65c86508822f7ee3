import { type RtpParameters, TrackKind, TrackSource } from '@canopy/proto/media';
import type { ClientLocation } from '@canopy/proto/signal';
import type { Track } from 'node-datachannel';
import { isRtcp, nextPacket, type RtpStream, senderReport, vp8Payload } from '../../../edge-node/src/testing/rtp.ts';
import { capabilities } from './capabilities.ts';
import { keyFrameRequests, type Sighting } from './key-frame-requests.ts';
import { Peer } from './peer.ts';
import { SignalSocket } from './signal-socket.ts';

const opus = { payloadType: 111, ticksPerFrame: 960, bytes: 80, everyMs: 20 };
export const vp8 = { payloadType: 96, ticksPerFrame: 3_600, layerBytes: [250, 500, 1_000], everyMs: 40 };
const framesPerSenderReport = 25;

/** Somebody on stage who sends Opus and VP8 simulcast in three layers: real RTP of 50 and 3 × 25 packets a second, each video frame in one packet. */
export class Publisher implements AsyncDisposable {
  readonly edgeId: string;
  readonly trackIds: readonly string[];
  /** When each keyframe request came (ms of `performance.now()`), by the SSRC it was for. A loaded process sees them late. */
  readonly keyFrameRequests = new Map<number, Sighting[]>();
  readonly #signal: SignalSocket;
  readonly #peer: Peer;
  readonly #wanted = new Set<number>();
  readonly #timers: NodeJS.Timeout[];
  /** The last two times that the timer of the microphone ran: what is seen now had not come at the first of them, or would have been seen. */
  #looked = { before: performance.now(), last: performance.now() };

  static async start(
    url: string,
    token: string,
    { address, location }: { address: string; location: ClientLocation },
  ): Promise<Publisher> {
    const microphone = newStream(opus.payloadType, opus.ticksPerFrame, () => Buffer.alloc(opus.bytes, 0xfc));
    const layers = vp8.layerBytes.map((bytes) =>
      newStream(vp8.payloadType, vp8.ticksPerFrame, (keyFrame) => vp8Payload(bytes, keyFrame)),
    );
    const peer = new Peer('publisher', 'SendOnly');
    const audio = peer.add({ kind: TrackKind.AUDIO, payloadType: opus.payloadType, ssrcs: [microphone.ssrc] });
    const ssrcs = layers.map(({ ssrc }) => ssrc);
    const video = peer.add({ kind: TrackKind.VIDEO, payloadType: vp8.payloadType, ssrcs });
    const dtlsParameters = peer.offer();
    const signal = await SignalSocket.open(url, address);
    const { joined } = await signal.ask({
      join: { token, rtpCapabilities: capabilities, dtlsParameters, rtts: [], location },
    });
    if (joined?.sendTransport === undefined) throw new Error('the publisher may not publish');
    await peer.connect(joined.sendTransport);
    const publish = async (kind: TrackKind, source: TrackSource, rtpParameters: RtpParameters) => {
      const { published } = await signal.ask({ publish: { kind, source, rtpParameters, muted: false, trackId: '' } });
      if (published === undefined) throw new Error('the track was not published');
      return published.trackId;
    };
    const trackIds = [
      await publish(TrackKind.AUDIO, TrackSource.MICROPHONE, opusParameters(microphone)),
      await publish(TrackKind.VIDEO, TrackSource.CAMERA, vp8Parameters(layers)),
    ];
    return new Publisher(joined.edge?.id ?? '', trackIds, signal, peer, { audio, microphone, video, layers });
  }

  private constructor(
    edgeId: string,
    trackIds: readonly string[],
    signal: SignalSocket,
    peer: Peer,
    { audio, microphone, video, layers }: { audio: Track; microphone: RtpStream; video: Track; layers: RtpStream[] },
  ) {
    this.edgeId = edgeId;
    this.trackIds = trackIds;
    this.#signal = signal;
    this.#peer = peer;
    video.onMessage((packet) => this.#heed(packet));
    this.#timers = [
      setInterval(() => {
        this.#looked = { before: this.#looked.last, last: performance.now() };
        this.#send(audio, microphone);
      }, opus.everyMs),
      setInterval(() => {
        for (const layer of layers) this.#send(video, layer);
      }, vp8.everyMs),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#signal.close();
    this.#peer.close();
  }

  #send(track: Track, stream: RtpStream): void {
    const keyFrame = stream.packets === 0 || this.#wanted.delete(stream.ssrc);
    track.sendMessageBinary(nextPacket(stream, keyFrame));
    if (stream.packets % framesPerSenderReport === 1) track.sendMessageBinary(senderReport(stream, Date.now()));
  }

  #heed(packet: Buffer): void {
    if (!isRtcp(packet)) return;
    for (const ssrc of keyFrameRequests(packet)) {
      this.#wanted.add(ssrc);
      const sightings = this.keyFrameRequests.get(ssrc) ?? [];
      sightings.push({ earliest: this.#looked.before, latest: performance.now() });
      this.keyFrameRequests.set(ssrc, sightings);
    }
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
