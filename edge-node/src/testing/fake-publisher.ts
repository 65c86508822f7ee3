import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type RtpParameters, TrackKind, TrackSource } from '@canopy/proto/media';
import { receivesEverything } from './capabilities.ts';
import type { EdgeClient } from './edge-client.ts';
import { isRtcp, keyFrameRequests, nextPacket, type RtpStream, senderReport, vp8Payload, vp9Payload } from './rtp.ts';

export interface FakePublisherOptions {
  client: EdgeClient;
  meetingId: string;
  participantId: string;
  trackId: string;
  /** Simulcast streams of a camera; 0: a microphone. */
  layers?: number;
  /** Bytes of a frame in each layer, the lowest first. */
  layerBytes?: readonly number[];
  /** VP9 is sent as one stream of three temporal layers, which mediasoup takes as SVC. Default VP8. */
  codec?: 'VP8' | 'VP9';
  /** Default: a microphone, or a camera. */
  source?: TrackSource;
  framesPerSecond?: number;
  /** How loud a microphone is at first, in -dBov; else it does not say. */
  level?: number;
  /** Sends nothing until it is told to speak. */
  silent?: boolean;
  /** One in so many frames does not arrive. */
  losesEvery?: number;
  /** It is there already, to watch, and may publish from now on. */
  promoted?: boolean;
}

const sendersReportEvery = 15;

/** Publishes one track of synthetic RTP (VP8 simulcast, VP9, or Opus) over plain UDP, and counts the keyframe requests it gets. */
export class FakePublisher implements AsyncDisposable {
  readonly trackId: string;
  /** Each request for a keyframe of one stream, and when it came (ms, of performance.now()). */
  readonly keyFrameRequestLog: { ssrc: number; at: number }[] = [];
  /** Requests are noted, but not answered as long as this is set. */
  holdsKeyFrames = false;
  readonly #sockets: Socket[] = [];
  readonly #options: FakePublisherOptions;
  readonly #streams: RtpStream[];
  #timer: NodeJS.Timeout | undefined;
  #keyFrameWanted = true;
  #frame = 0;
  /** Of the streams, the lowest first. */
  #encoded = Number.POSITIVE_INFINITY;

  static async start(options: FakePublisherOptions): Promise<FakePublisher> {
    const publisher = new FakePublisher(options);
    await publisher.alsoOn(options.client);
    if (options.silent !== true) publisher.speak();
    return publisher;
  }

  private constructor(options: FakePublisherOptions) {
    const { trackId, layers = 3, codec = 'VP8', layerBytes = [] } = options;
    this.#options = options;
    this.trackId = trackId;
    if (layers === 0) this.#streams = [opusStream()];
    else if (codec === 'VP9') this.#streams = [vp9Stream()];
    else this.#streams = Array.from({ length: layers }, (_, layer) => vp8Stream(layerBytes[layer] ?? 250 * 2 ** layer));
    if (options.level !== undefined) this.setLevel(options.level);
  }

  get keyFrameRequests(): number {
    return this.keyFrameRequestLog.length;
  }

  /** Publishes the same track on another edge too, as who moves does for a while. */
  async alsoOn(client: EdgeClient): Promise<void> {
    const { meetingId, participantId, trackId, layers, promoted, source } = this.#options;
    const who = { meetingId, participantId, canPublish: true };
    const { sendTransport } = promoted
      ? await client.setPublishing(who)
      : await client.openSession({ ...who, rtpCapabilities: receivesEverything, targets: [] });
    const candidate = sendTransport?.iceCandidates[0];
    if (candidate === undefined) throw new Error('the edge gave no address to send to');
    const socket = createSocket('udp4');
    socket.connect(candidate.port, candidate.address);
    await once(socket, 'connect');
    socket.on('message', (packet) => this.#receive(packet));
    socket.on('error', () => undefined);
    await client.publishTrack({
      meetingId,
      participantId,
      trackId,
      kind: layers === 0 ? TrackKind.AUDIO : TrackKind.VIDEO,
      source: source ?? (layers === 0 ? TrackSource.MICROPHONE : TrackSource.CAMERA),
      rtpParameters: this.#parameters(),
      muted: false,
    });
    this.#sockets.push(socket);
  }

  /** Begins to send. */
  speak(): void {
    this.#timer ??= setInterval(() => this.#sendFrame(), 1_000 / (this.#options.framesPerSecond ?? 30));
  }

  /** Sends nothing until it is told to speak again. */
  hush(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** How loud a microphone is from now on, in -dBov: 127 is silence. */
  setLevel(level: number): void {
    for (const stream of this.#streams) stream.level = level;
  }

  /** Sends so many layers from now on, the lowest first; those that come back begin with a keyframe. */
  encode(layers: number): void {
    this.#keyFrameWanted ||= layers > this.#encoded;
    this.#encoded = layers;
  }

  async setMuted(muted: boolean): Promise<void> {
    const { client, meetingId, participantId, trackId } = this.#options;
    await client.setTrackMuted({ meetingId, participantId, trackId, muted });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hush();
    for (const socket of this.#sockets) socket.close();
  }

  #parameters(): RtpParameters {
    if (this.#options.layers === 0) return opusParameters(this.#streams);
    return this.#options.codec === 'VP9' ? vp9Parameters(this.#streams) : vp8Parameters(this.#streams);
  }

  #receive(packet: Buffer): void {
    if (!isRtcp(packet)) return;
    for (const ssrc of keyFrameRequests(packet)) {
      this.keyFrameRequestLog.push({ ssrc, at: performance.now() });
      this.#keyFrameWanted = true;
    }
  }

  #sendFrame(): void {
    const keyFrame = this.#keyFrameWanted && !this.holdsKeyFrames;
    for (const [layer, stream] of this.#streams.entries()) {
      if (layer >= this.#encoded) {
        stream.timestamp = (stream.timestamp + stream.ticksPerFrame) >>> 0;
        continue;
      }
      const packet = nextPacket(stream, keyFrame);
      if (!this.#loses()) this.#send(packet);
      if (this.#frame % sendersReportEvery === 0) this.#send(senderReport(stream, Date.now()));
    }
    if (keyFrame) this.#keyFrameWanted = false;
    this.#frame++;
  }

  #loses(): boolean {
    const { losesEvery } = this.#options;
    return losesEvery !== undefined && this.#frame % losesEvery === losesEvery - 1;
  }

  #send(packet: Buffer): void {
    for (const socket of this.#sockets) socket.send(packet);
  }
}

function vp8Stream(size: number): RtpStream {
  return newStream(101, 3_000, (keyFrame) => vp8Payload(size, keyFrame));
}

function vp9Stream(): RtpStream {
  return newStream(103, 3_000, (keyFrame) => vp9Payload(500, keyFrame));
}

function opusStream(): RtpStream {
  return newStream(111, 960, () => Buffer.alloc(80, 0xfc));
}

function newStream(payloadType: number, ticksPerFrame: number, payload: (keyFrame: boolean) => Buffer): RtpStream {
  const ssrc = 1 + Math.floor(Math.random() * 0x7fff_ffff);
  return { ssrc, payloadType, ticksPerFrame, payload, sequence: 1, timestamp: 0, packets: 0, octets: 0 };
}

const videoFeedback = [
  { type: 'nack', parameter: '' },
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
];

export function vp8Parameters(streams: readonly { ssrc: number }[]): RtpParameters {
  return {
    codecs: [{ mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000, rtcpFeedback: videoFeedback }],
    headerExtensions: [],
    encodings: streams.map(({ ssrc }) => ({ ssrc })),
    rtcp: { cname: 'fake', reducedSize: true },
  };
}

function vp9Parameters(streams: readonly { ssrc: number }[]): RtpParameters {
  const parameters = { 'profile-id': 0 };
  return {
    codecs: [{ mimeType: 'video/VP9', payloadType: 103, clockRate: 90_000, parameters, rtcpFeedback: videoFeedback }],
    headerExtensions: [],
    encodings: streams.map(({ ssrc }) => ({ ssrc, scalabilityMode: 'L1T3' })),
    rtcp: { cname: 'fake', reducedSize: true },
  };
}

function opusParameters(streams: readonly { ssrc: number }[]): RtpParameters {
  return {
    codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, rtcpFeedback: [] }],
    headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 1, encrypt: false, parameters: {} }],
    encodings: streams.map(({ ssrc }) => ({ ssrc })),
    rtcp: { cname: 'fake', reducedSize: true },
  };
}
