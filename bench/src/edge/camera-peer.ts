import { type RtpParameters, TrackKind } from '@canopy/proto/media';
import { payloadType, type RtpSource } from '../forwarding/load.ts';
import { Peer } from '../grow/peer.ts';
import type { LiveEdge } from './live-edge.ts';

/** Somebody who publishes one camera on a {@link LiveEdge}. */
export class CameraPeer implements Disposable {
  /** Sends a packet, as soon as it is connected. */
  readonly send: (packet: Buffer) => void;
  readonly #peer: Peer;

  /** Resolves when it is connected and its track is published. */
  static async publish(edge: LiveEdge, trackId: string, { ssrc }: RtpSource): Promise<CameraPeer> {
    const peer = new Peer('publisher', 'SendOnly');
    const track = peer.add({ kind: TrackKind.VIDEO, payloadType, ssrcs: [ssrc] });
    const participantId = `publisher-${trackId}`;
    const session = await edge.admit(participantId, { dtlsParameters: peer.offer(), canPublish: true });
    if (session.sendTransport === undefined) throw new Error('there is nothing to send on');
    await peer.connect(session.sendTransport);
    await edge.publish(participantId, trackId, cameraParameters(ssrc));
    return new CameraPeer(peer, (packet) => void track.sendMessageBinary(packet));
  }

  private constructor(peer: Peer, send: (packet: Buffer) => void) {
    this.#peer = peer;
    this.send = send;
  }

  [Symbol.dispose](): void {
    this.#peer.close();
  }
}

/** VP8 in one stream. */
export function cameraParameters(ssrc: number): RtpParameters {
  const rtcpFeedback = [
    { type: 'nack', parameter: '' },
    { type: 'nack', parameter: 'pli' },
  ];
  return {
    mid: '0',
    codecs: [{ mimeType: 'video/VP8', payloadType, clockRate: 90_000, rtcpFeedback }],
    headerExtensions: [],
    encodings: [{ ssrc }],
    rtcp: { cname: 'bench', reducedSize: true },
  };
}
