import { BusListener } from './bus-listener.ts';
import { type InProcessEdge, routeTable, startInProcessEdge } from './in-process-edge.ts';

/** Edges in this process, by their ids, and an ear on their bus. */
export class EdgeGroup<Id extends string> implements AsyncDisposable {
  readonly edges: Readonly<Record<Id, InProcessEdge>>;
  readonly bus: BusListener;
  readonly natsUrl: string;

  /** `edges` says who is in it. */
  static async start<Id extends string>(natsUrl: string, ids: readonly Id[]): Promise<EdgeGroup<Id>> {
    const bus = await BusListener.start(natsUrl);
    const started = await Promise.all(ids.map((id) => startInProcessEdge(id, natsUrl)));
    const edges = Object.fromEntries(started.map((edge) => [edge.id, edge])) as Record<Id, InProcessEdge>;
    return new EdgeGroup(edges, bus, natsUrl);
  }

  private constructor(edges: Record<Id, InProcessEdge>, bus: BusListener, natsUrl: string) {
    this.edges = edges;
    this.bus = bus;
    this.natsUrl = natsUrl;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const edge of Object.values<InProcessEdge>(this.edges).reverse()) await edge[Symbol.asyncDispose]();
    await this.bus[Symbol.asyncDispose]();
  }
}

/** Tells edges that ask for routes that tracks of the first come from each edge to the next. */
export function giveChain(meetingId: string, [origin, ...others]: readonly [InProcessEdge, ...InProcessEdge[]]): void {
  let parent = origin;
  for (const edge of others) {
    edge.authority.give(routeTable(meetingId, 1, edge, origin.id, parent));
    parent = edge;
  }
}
