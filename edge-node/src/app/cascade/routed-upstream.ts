import { BackupPolicy } from '@canopy/proto/routing';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import { inSpan } from '@canopy/runtime/tracing';
import type { Lane } from '../../core/cascade/lanes.ts';
import { useOf } from '../../core/cascade/uses.ts';
import type { ParentLink } from './parent-link.ts';
import type { ParentLinks } from './parent-links.ts';
import type { KnownRoute, RouteStore } from './route-store.ts';
import type { TrackFeed } from './track-feed.ts';
import type { Asker, Opening, Upstream, WantedParents } from './upstream.ts';

/** A pull came to an end, after so long. */
export type OnPulled = (result: 'OK' | ErrorCode, elapsedMs: number) => void;

export interface UpstreamOptions {
  meetingId: string;
  routes: RouteStore;
  links: ParentLinks;
  onPulled: OnPulled;
}

/** Brings one track from the parents that the routes name for its origin. */
export class RoutedUpstream implements Upstream {
  readonly #trackId: string;
  readonly #originEdgeId: string;
  readonly #options: UpstreamOptions;

  constructor(trackId: string, originEdgeId: string, options: UpstreamOptions) {
    this.#trackId = trackId;
    this.#originEdgeId = originEdgeId;
    this.#options = options;
  }

  async open(asker: Asker, { lane, asBackup, watched }: Opening): Promise<TrackFeed> {
    const startedAt = performance.now();
    const done = (result: 'OK' | ErrorCode) => this.#options.onPulled(result, performance.now() - startedAt);
    try {
      const feed = await inSpan('pull', { 'canopy.origin': this.#originEdgeId, 'canopy.lane': lane }, () =>
        this.#through(lane, asker, (link, onward, { policy, backupChained }) => {
          const heldBack = asBackup && lane === 'spare' && policy === BackupPolicy.COLD;
          const use = useOf(lane, watched, backupChained);
          return link.pull(this.#trackId, this.#originEdgeId, onward, { heldBack, use });
        }),
      );
      done('OK');
      return feed;
    } catch (error) {
      done(CanopyError.from(error).code);
      throw error;
    }
  }

  probe(asker: Asker): Promise<void> {
    return this.#through('main', asker, (link, onward) => link.probe(this.#trackId, this.#originEdgeId, onward));
  }

  wanted(): WantedParents | undefined {
    const route = this.#options.routes.known(this.#options.meetingId, this.#originEdgeId);
    if (route === undefined) return undefined;
    const { parent, backupParent, backupChained, policy, epoch } = route;
    const heldBack = policy === BackupPolicy.COLD;
    return { main: parent.edgeId, spare: backupParent?.edgeId, chained: backupChained, heldBack, epoch };
  }

  async #through<T>(
    lane: Lane,
    asker: Asker,
    work: (link: ParentLink, onward: Asker, route: KnownRoute) => Promise<T>,
  ): Promise<T> {
    const { meetingId, routes, links } = this.#options;
    const route = await routes.find(meetingId, this.#originEdgeId, asker.epoch);
    const parent = lane === 'main' ? route.parent : route.backupParent;
    if (parent === undefined) throw new CanopyError('ROUTE_NOT_FOUND');
    if (asker.path.includes(parent.edgeId)) throw new CanopyError('LOOP_DETECTED');
    const onward = { path: asker.path, epoch: Math.max(route.epoch, asker.epoch) };
    return links.with(parent, (link) => work(link, onward, route));
  }
}
