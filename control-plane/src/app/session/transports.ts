import type { DtlsParameters } from '@canopy/proto/media';
import type { IceRestarted, Path } from '@canopy/proto/signal';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { Connected } from './connected.ts';

export interface TransportsDeps {
  media: Pick<EdgeMedia, 'connectTransport' | 'restartIce' | 'tracePath'>;
  edges: { get(edgeId: string): EdgeRecord | undefined };
}

/** How a participant's media reaches it. */
export class Transports {
  readonly #deps: TransportsDeps;

  constructor(deps: TransportsDeps) {
    this.#deps = deps;
  }

  /** Errors: SESSION_NOT_FOUND, TRANSPORT_NOT_FOUND, INVALID_MEDIA_PARAMETERS. */
  async connect({ session }: Connected, transportId: string, dtlsParameters: DtlsParameters): Promise<void> {
    const { meetingId, participantId, media } = session;
    await this.#deps.media.connectTransport(media.edgeId, { meetingId, participantId, transportId, dtlsParameters });
  }

  /** Errors: SESSION_NOT_FOUND. */
  async restartIce({ session }: Connected): Promise<IceRestarted> {
    const { meetingId, participantId, media } = session;
    return await this.#deps.media.restartIce(media.edgeId, { meetingId, participantId });
  }

  /** The edges a track crosses to this participant, origin first. Errors: TRACK_NOT_FOUND. */
  async path({ session }: Connected, trackId: string): Promise<Path> {
    const { meetingId, media } = session;
    const { edgeIds } = await this.#deps.media.tracePath(media.edgeId, { meetingId, trackId });
    return { edges: edgeIds.map((id) => ({ id, region: this.#deps.edges.get(id)?.heartbeat.region ?? '' })) };
  }
}
