import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import type { ParentLink } from './parent-link.ts';
import type { ParentLinks } from './parent-links.ts';
import type { RouteStore } from './route-store.ts';
import type { TrackFeed } from './track-feed.ts';
import type { Asker, Upstream } from './track-on-edge.ts';

export interface UpstreamOptions {
  meetingId: string;
  routes: RouteStore;
  links: ParentLinks;
  countPull: (result: 'OK' | ErrorCode) => void;
}

/** Brings one track from the parent that the routes name for its origin. */
export class RoutedUpstream implements Upstream {
  readonly #trackId: string;
  readonly #originEdgeId: string;
  readonly #options: UpstreamOptions;

  constructor(trackId: string, originEdgeId: string, options: UpstreamOptions) {
    this.#trackId = trackId;
    this.#originEdgeId = originEdgeId;
    this.#options = options;
  }

  async open(asker: Asker): Promise<TrackFeed> {
    try {
      const feed = await this.#throughParent(asker, (link, onward) =>
        link.pull(this.#trackId, this.#originEdgeId, onward),
      );
      this.#options.countPull('OK');
      return feed;
    } catch (error) {
      this.#options.countPull(CanopyError.from(error).code);
      throw error;
    }
  }

  probe(asker: Asker): Promise<void> {
    return this.#throughParent(asker, (link, onward) => link.probe(this.#trackId, this.#originEdgeId, onward));
  }

  namesOther(feed: TrackFeed): boolean {
    const route = this.#options.routes.known(this.#options.meetingId, this.#originEdgeId);
    return route !== undefined && route.parent.edgeId !== feed.parentId;
  }

  async #throughParent<T>(asker: Asker, work: (link: ParentLink, onward: Asker) => Promise<T>): Promise<T> {
    const { meetingId, routes, links } = this.#options;
    const { parent, epoch } = await routes.find(meetingId, this.#originEdgeId, asker.epoch);
    if (asker.path.includes(parent.edgeId)) throw new CanopyError('LOOP_DETECTED');
    return links.with(parent, (link) => work(link, { path: asker.path, epoch: Math.max(epoch, asker.epoch) }));
  }
}
