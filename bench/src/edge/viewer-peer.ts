import { TrackKind } from '@canopy/proto/media';
import { RtcpReceivingSession, type Track } from 'node-datachannel';
import { payloadTypes } from '../grow/capabilities.ts';
import { Peer } from '../grow/peer.ts';
import type { LiveEdge } from './live-edge.ts';

/** Somebody who watches one camera of a {@link LiveEdge}: ICE, DTLS, SRTP and receiver reports, and nobody who reads the packets. */
export class ViewerPeer implements Disposable {
  readonly track: Track;
  readonly #peer = new Peer('viewer', 'RecvOnly');

  /** Resolves when it is connected. */
  static async join(edge: LiveEdge, participantId: string, trackIds: readonly string[]): Promise<ViewerPeer> {
    const viewer = new ViewerPeer();
    const session = await edge.admit(participantId, { dtlsParameters: viewer.#peer.offer(), trackIds });
    if (session.receiveTransport === undefined) throw new Error('there is nothing to receive on');
    await viewer.#peer.connect(session.receiveTransport, session.consumers);
    return viewer;
  }

  private constructor() {
    this.track = this.#peer.add({ kind: TrackKind.VIDEO, payloadType: payloadTypes.video, ssrcs: [] });
    this.track.setMediaHandler(new RtcpReceivingSession());
  }

  [Symbol.dispose](): void {
    this.#peer.close();
  }
}
