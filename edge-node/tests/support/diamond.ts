import { TrackKind } from '@canopy/proto/media';
import type { BackupPolicy } from '@canopy/proto/routing';
import { expect } from 'vitest';
import {
  EdgeGroup,
  FakePublisher,
  type FakePublisherOptions,
  FakeViewer,
  type InProcessEdge,
  routeTable,
  startInProcessEdge,
  twoWayTable,
} from '../../src/testing/index.ts';

export const patience = { timeout: 20_000, interval: 20 };
/** Packets until every hop has surely passed on its sender reports, without which no consumer changes layers. */
export const settled = 120;

/** The edges that the track passes to come there, from its origin on. */
export async function pathTo(edge: InProcessEdge, meetingId: string): Promise<string[]> {
  return (await edge.client.tracePath({ meetingId, trackId: 'track' })).edgeIds;
}

/** Parents from which an edge has tracks. */
export async function parentsOf(edge: InProcessEdge, meetingId: string): Promise<string[]> {
  const { links } = await edge.client.getState({ meetingId });
  return links.filter(({ tracks }) => tracks.length > 0).map(({ parentEdgeId }) => parentEdgeId);
}

/** Edges of which one has tracks two ways: origin → main and spare → leaf. The main relay is made for each meeting, to be lost in it. */
export class Diamond implements AsyncDisposable {
  readonly origin: InProcessEdge;
  readonly spare: InProcessEdge;
  readonly leaf: InProcessEdge;
  readonly #group: EdgeGroup<'origin' | 'spare' | 'leaf'>;

  static async start(natsUrl: string): Promise<Diamond> {
    return new Diamond(await EdgeGroup.start(natsUrl, ['origin', 'spare', 'leaf']));
  }

  private constructor(group: EdgeGroup<'origin' | 'spare' | 'leaf'>) {
    this.#group = group;
    const { origin, spare, leaf } = group.edges;
    this.origin = origin;
    this.spare = spare;
    this.leaf = leaf;
  }

  /** Starts a meeting's main relay, and gives all of them their routes; `child`: in place of the leaf. */
  async open(meetingId: string, policy?: BackupPolicy, child = this.leaf): Promise<InProcessEdge> {
    const { origin, spare } = this;
    const main = await startInProcessEdge(`main-${meetingId}`, this.#group.natsUrl);
    main.authority.give(routeTable(meetingId, 1, main, origin.id, origin));
    spare.authority.give(routeTable(meetingId, 1, spare, origin.id, origin));
    const ways = { main, backup: spare, ...(policy && { policy }) };
    child.authority.give(twoWayTable(meetingId, 1, child, origin.id, ways));
    return main;
  }

  publish(meetingId: string, layers = 3, options: Partial<FakePublisherOptions> = {}): Promise<FakePublisher> {
    const track = { client: this.origin.client, meetingId, participantId: 'p', trackId: 'track', layers };
    return FakePublisher.start({ ...track, ...options });
  }

  view(meetingId: string, edge = this.leaf, participantId = 'v'): Promise<FakeViewer> {
    return FakeViewer.start({ client: edge.client, meetingId, participantId });
  }

  /** Somebody who watches the track there, where it comes both ways by then: who comes before, on a busy machine, may have one of them. */
  async viewBothWays(meetingId: string, kind: TrackKind = TrackKind.VIDEO, edge = this.leaf): Promise<FakeViewer> {
    const viewer = await this.view(meetingId, edge, 'first');
    await viewer.watch(this.origin.id, ['track'], kind);
    await expect.poll(() => parentsOf(edge, meetingId), patience).toHaveLength(2);
    return viewer;
  }

  /** Has the viewer watch the track once it comes to the leaf both ways. */
  async watchBothWays(meetingId: string, viewer: FakeViewer, kind: TrackKind = TrackKind.VIDEO) {
    await using first = await this.viewBothWays(meetingId, kind);
    const { added } = await viewer.watch(this.origin.id, ['track'], kind);
    await first.leave();
    return added;
  }

  /** What edges told of links that were lost, and tracks that are to be had anew. */
  factsOf(meetingId: string) {
    return this.#group.bus.facts.flatMap(({ edgeId, linkLost, trackClosed }) => {
      const fact = linkLost ?? trackClosed;
      return fact?.meetingId === meetingId ? [{ edgeId, linkLost, trackClosed }] : [];
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#group[Symbol.asyncDispose]();
  }
}
