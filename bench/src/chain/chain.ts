import { FakePublisher, FakeViewer } from '@canopy/edge-node/testing';
import { freePorts } from '@canopy/local-mesh';
import { EdgeProcess } from '../failover/edge-process.ts';
import { route } from '../failover/stage.ts';

/** No bus: routes are given by hand, and nobody listens to facts. */
const noBus = 'nats://127.0.0.1:9';
const trackId = 'camera';
/** The edge that the others name as the origin of every track. */
const originId = 'origin';

/** Edges in a row, each a process with a worker of its own; the pipes between them are as in production, with SRTP. */
export class Chain implements AsyncDisposable {
  /** The origin first. */
  readonly edges: readonly EdgeProcess[];
  readonly #owned: AsyncDisposableStack;

  static async start(hops: number): Promise<Chain> {
    await using stack = new AsyncDisposableStack();
    const ports = await freePorts(hops + 1);
    const edges: EdgeProcess[] = [];
    for (const [at, grpcPort] of ports.entries()) {
      const id = at === 0 ? originId : `hop-${at}`;
      edges.push(stack.use(await EdgeProcess.serving({ id, natsUrl: noBus, grpcPort })));
    }
    return new Chain(edges, stack.move());
  }

  private constructor(edges: readonly EdgeProcess[], owned: AsyncDisposableStack) {
    this.edges = edges;
    this.#owned = owned;
  }

  /** Those that receive over one pipe and send over the next, and serve nobody. */
  get relays(): readonly EdgeProcess[] {
    return this.edges.slice(1, -1);
  }

  /** A camera of one stream on the origin, whose frames are one packet each. */
  async publish(meetingId: string, packetBytes: number, framesPerSecond: number): Promise<AsyncDisposable> {
    for (const [at, edge] of this.edges.entries()) {
      const parent = this.edges[at - 1];
      if (parent !== undefined) await route(meetingId, edge, parent.address);
    }
    const [origin] = this.edges;
    if (origin === undefined) throw new Error('the chain has no edges');
    const seat = { client: origin.client, meetingId, participantId: 'publisher', trackId };
    return FakePublisher.start({ ...seat, layers: 1, layerBytes: [packetBytes - rtpHeaderBytes], framesPerSecond });
  }

  /** A viewer on that edge, who hears of every packet. */
  async watch(edge: EdgeProcess, meetingId: string, onPacket: (packet: Buffer) => void): Promise<AsyncDisposable> {
    const viewer = await FakeViewer.start({ client: edge.client, meetingId, participantId: `viewer-on-${edge.id}` });
    viewer.onRtp((_, packet) => onPacket(packet));
    const { refused } = await viewer.watch(originId, [trackId]);
    if (refused[0] !== undefined) throw new Error(`${edge.id} refused the track: ${refused[0].code}`);
    return viewer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

const rtpHeaderBytes = 12;
