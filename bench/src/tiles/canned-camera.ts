import { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Track } from 'node-datachannel';
import { nextHeader, type RtpStream, senderReport } from '../../../edge-node/src/testing/rtp.ts';
import { capabilities } from '../grow/capabilities.ts';
import { Peer } from '../grow/peer.ts';
import { newStream, vp8, vp8Parameters } from '../grow/publishing.ts';
import { SignalSocket } from '../grow/signal-socket.ts';
import { clientAddress } from '../grow/webinar.ts';
import { type CannedFrame, type CannedLayer, framesPerSecond } from './canned-video.ts';

const ticksPerFrame = 90_000 / framesPerSecond;

/** Somebody with a camera of three layers that browsers can decode, though nobody encodes it. */
export class CannedCamera implements Disposable {
  readonly #signal: SignalSocket;
  readonly #peer: Peer;
  readonly #timer: NodeJS.Timeout;

  /** Resolves when it is published and sends. `number` tells it from the others, and lets it begin elsewhere in the circle. */
  static async start(
    url: string,
    token: string,
    number: number,
    layers: readonly CannedLayer[],
  ): Promise<CannedCamera> {
    const streams = layers.map(() => newStream(vp8.payloadType, ticksPerFrame, () => Buffer.alloc(0)));
    const peer = new Peer(`camera-${number}`, 'SendOnly');
    const { payloadType } = vp8;
    const video = peer.add({ kind: TrackKind.VIDEO, payloadType, ssrcs: streams.map(({ ssrc }) => ssrc) });
    const dtlsParameters = peer.offer();
    const signal = await SignalSocket.open(url, clientAddress(number));
    const join = { token, rtpCapabilities: capabilities, dtlsParameters, rtts: [], location: undefined };
    const { joined } = await signal.ask({ join });
    if (joined?.sendTransport === undefined) throw new Error('a camera may not be published');
    await peer.connect(joined.sendTransport);
    const rtpParameters = vp8Parameters(streams);
    const source = TrackSource.CAMERA;
    await signal.ask({ publish: { kind: TrackKind.VIDEO, source, rtpParameters, muted: false, trackId: '' } });
    return new CannedCamera(signal, peer, video, streams, layers, number);
  }

  private constructor(
    signal: SignalSocket,
    peer: Peer,
    video: Track,
    streams: readonly RtpStream[],
    layers: readonly CannedLayer[],
    number: number,
  ) {
    this.#signal = signal;
    this.#peer = peer;
    let tick = number * framesPerSecond;
    this.#timer = setInterval(() => {
      for (const [index, stream] of streams.entries()) {
        const frames = layers[index]?.frames ?? [];
        sendFrame(video, stream, frames[tick % frames.length] ?? []);
        if (tick % framesPerSecond === index) video.sendMessageBinary(senderReport(stream, Date.now()));
      }
      tick++;
    }, 1_000 / framesPerSecond);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#signal.close();
    this.#peer.close();
  }
}

/** The stream's next frame (RFC 3550 §5.1): its last packet has the marker. */
function sendFrame(video: Track, stream: RtpStream, frame: CannedFrame): void {
  stream.timestamp = (stream.timestamp + stream.ticksPerFrame) >>> 0;
  for (const [index, payload] of frame.entries()) {
    const header = nextHeader(stream, payload.length, index === frame.length - 1);
    video.sendMessageBinary(Buffer.concat([header, payload]));
  }
}
