import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type RtpParameters, TrackKind, TrackSource } from '@canopy/proto/media';
import { receivesEverything } from './capabilities.ts';
import type { EdgeClient } from './edge-client.ts';
import { isRtcp, keyFrameRequests, nextPacket, type RtpStream, senderReport, vp8Payload } from './rtp.ts';

export interface FakePublisherOptions {
  client: EdgeClient;
  meetingId: string;
  participantId: string;
  trackId: string;
  /** Simulcast streams of a camera; 0: a microphone. */
  layers?: number;
  framesPerSecond?: number;
}

const sendersReportEvery = 15;

/** Publishes one track of synthetic RTP (VP8 simulcast, or Opus) over plain UDP, and counts the keyframe requests it gets. */
export class FakePublisher implements AsyncDisposable {
  readonly trackId: string;
  /** Each request for a keyframe of one stream, and when it came (ms, of performance.now()). */
  readonly keyFrameRequestLog: { ssrc: number; at: number }[] = [];
  readonly #socket: Socket;
  readonly #options: FakePublisherOptions;
  readonly #streams: RtpStream[];
  readonly #timer: NodeJS.Timeout;
  #keyFrameWanted = true;
  #frame = 0;

  static async start(options: FakePublisherOptions): Promise<FakePublisher> {
    const { client, meetingId, participantId, trackId, layers = 3 } = options;
    const { sendTransport } = await client.openSession({
      meetingId,
      participantId,
      rtpCapabilities: receivesEverything,
      canPublish: true,
      targets: [],
    });
    const candidate = sendTransport?.iceCandidates[0];
    if (candidate === undefined) throw new Error('the edge gave no address to send to');
    const socket = createSocket('udp4');
    socket.connect(candidate.port, candidate.address);
    await once(socket, 'connect');
    const streams = layers === 0 ? [opusStream()] : Array.from({ length: layers }, (_, layer) => vp8Stream(layer));
    await client.publishTrack({
      meetingId,
      participantId,
      trackId,
      kind: layers === 0 ? TrackKind.AUDIO : TrackKind.VIDEO,
      source: layers === 0 ? TrackSource.MICROPHONE : TrackSource.CAMERA,
      rtpParameters: layers === 0 ? opusParameters(streams) : vp8Parameters(streams),
      muted: false,
    });
    return new FakePublisher(options, socket, streams);
  }

  private constructor(options: FakePublisherOptions, socket: Socket, streams: RtpStream[]) {
    this.#options = options;
    this.trackId = options.trackId;
    this.#socket = socket;
    this.#streams = streams;
    socket.on('message', (packet) => this.#receive(packet));
    socket.on('error', () => undefined);
    this.#timer = setInterval(() => this.#sendFrame(), 1_000 / (options.framesPerSecond ?? 30));
  }

  get keyFrameRequests(): number {
    return this.keyFrameRequestLog.length;
  }

  async setMuted(muted: boolean): Promise<void> {
    const { client, meetingId, participantId, trackId } = this.#options;
    await client.setTrackMuted({ meetingId, participantId, trackId, muted });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #receive(packet: Buffer): void {
    if (!isRtcp(packet)) return;
    for (const ssrc of keyFrameRequests(packet)) {
      this.keyFrameRequestLog.push({ ssrc, at: performance.now() });
      this.#keyFrameWanted = true;
    }
  }

  #sendFrame(): void {
    for (const stream of this.#streams) {
      this.#socket.send(nextPacket(stream, this.#keyFrameWanted));
      if (this.#frame % sendersReportEvery === 0) this.#socket.send(senderReport(stream, Date.now()));
    }
    this.#keyFrameWanted = false;
    this.#frame++;
  }
}

function vp8Stream(layer: number): RtpStream {
  const size = 250 * 2 ** layer;
  return newStream(101, 3_000, (keyFrame) => vp8Payload(size, keyFrame));
}

function opusStream(): RtpStream {
  return newStream(111, 960, () => Buffer.alloc(80, 0xfc));
}

function newStream(payloadType: number, ticksPerFrame: number, payload: (keyFrame: boolean) => Buffer): RtpStream {
  const ssrc = 1 + Math.floor(Math.random() * 0x7fff_ffff);
  return { ssrc, payloadType, ticksPerFrame, payload, sequence: 1, timestamp: 0, packets: 0, octets: 0 };
}

export function vp8Parameters(streams: readonly { ssrc: number }[]): RtpParameters {
  return {
    codecs: [
      {
        mimeType: 'video/VP8',
        payloadType: 101,
        clockRate: 90_000,
        rtcpFeedback: [
          { type: 'nack', parameter: '' },
          { type: 'nack', parameter: 'pli' },
          { type: 'ccm', parameter: 'fir' },
        ],
      },
    ],
    headerExtensions: [],
    encodings: streams.map(({ ssrc }) => ({ ssrc })),
    rtcp: { cname: 'fake', reducedSize: true },
  };
}

function opusParameters(streams: readonly { ssrc: number }[]): RtpParameters {
  return {
    codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, rtcpFeedback: [] }],
    headerExtensions: [],
    encodings: streams.map(({ ssrc }) => ({ ssrc })),
    rtcp: { cname: 'fake', reducedSize: true },
  };
}
