import { freePorts } from '@canopy/local-mesh';
import type { OpenSessionResponse, TrackTarget } from '@canopy/proto/edge_media';
import {
  type ConsumerParameters,
  type DtlsParameters,
  type RtpParameters,
  TrackKind,
  TrackSource,
} from '@canopy/proto/media';
import { EdgeProcess } from '../failover/edge-process.ts';
import { capabilities } from '../grow/capabilities.ts';

/** No bus: the edge is told everything over gRPC, and nobody listens to its facts. */
const noBus = 'nats://127.0.0.1:9';
const linkPort = 26_000;
const edgeId = 'edge';
const meetingId = 'field';

/** The certificate of those who never shake hands. */
const nobodysCertificate: DtlsParameters = {
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};

/** A real edge with one worker, and one meeting on it. What a control plane would ask of it, the bench does. */
export class LiveEdge implements AsyncDisposable {
  readonly process: EdgeProcess;

  /** `nodeArguments` are for the edge's Node. */
  static async start(nodeArguments: readonly string[] = []): Promise<LiveEdge> {
    const [grpcPort = 0] = await freePorts(1);
    return new LiveEdge(await EdgeProcess.relay({ id: edgeId, natsUrl: noBus, grpcPort }, linkPort, nodeArguments));
  }

  private constructor(process: EdgeProcess) {
    this.process = process;
  }

  /** A place for somebody: transports, connected to whoever has that certificate, and consumers of tracks. */
  async admit(
    participantId: string,
    { dtlsParameters = nobodysCertificate, trackIds = [] as readonly string[], canPublish = false },
  ): Promise<OpenSessionResponse> {
    const session = await this.process.client.openSession({
      meetingId,
      participantId,
      rtpCapabilities: capabilities,
      dtlsParameters,
      canPublish,
      targets: trackIds.map(target),
    });
    const [refused] = session.refused;
    if (refused !== undefined) throw new Error(`the edge refused a track: ${refused.code}`);
    return session;
  }

  async publish(participantId: string, trackId: string, rtpParameters: RtpParameters): Promise<void> {
    const track = { kind: TrackKind.VIDEO, source: TrackSource.CAMERA, rtpParameters, muted: false };
    await this.process.client.publishTrack({ meetingId, participantId, trackId, ...track });
  }

  /** Has somebody who is there receive exactly these tracks. */
  async subscribe(participantId: string, trackIds: readonly string[]): Promise<ConsumerParameters[]> {
    const { added, refused } = await this.process.client.setSubscriptions({
      meetingId,
      participantId,
      targets: trackIds.map(target),
    });
    if (refused[0] !== undefined) throw new Error(`the edge refused a track: ${refused[0].code}`);
    return added;
  }

  async dismiss(participantId: string): Promise<void> {
    await this.process.client.closeSession({ meetingId, participantId });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
  }
}

function target(trackId: string): TrackTarget {
  const want = { trackId, width: 1_280, height: 720, priority: 1 };
  return { want, originEdgeId: edgeId, kind: TrackKind.VIDEO };
}
