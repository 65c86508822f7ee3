import type { LinkLost } from '@canopy/proto/bus';
import type { EdgeAddress } from '@canopy/proto/routing';
import { CanopyError } from '@canopy/runtime/errors';
import type { MeetingRouters, RouterLease } from '../meeting/meeting-routers.ts';
import { type LinkEnd, ParentLink, type ParentLinkOptions } from './parent-link.ts';

export interface ParentLinksOptions extends Omit<ParentLinkOptions, 'parent' | 'linkId' | 'onEnded'> {
  routers: MeetingRouters;
  newId: () => string;
  onLost: (lost: LinkLost) => void;
  /** A link is over, or could not be opened. */
  onClosed: () => void;
}

const nowhere = Promise.resolve(undefined);

/** The links of one meeting to its parents on this edge: at most one per parent. */
export class ParentLinks {
  readonly #options: ParentLinksOptions;
  readonly #links = new Map<string, Promise<ParentLink>>();
  /** Where links end, once that is decided for the first of them. */
  #ingestWorker: Promise<number | undefined> = nowhere;

  constructor(options: ParentLinksOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#links.size;
  }

  /** bit/s that arrive from each parent; a link that is being opened counts for nothing. */
  async receivedBps(): Promise<[parentId: string, bps: number][]> {
    const links = await Promise.allSettled(this.#links.values());
    const open = links.flatMap((link) => (link.status === 'fulfilled' ? [link.value] : []));
    return Promise.all(open.map(async (link) => [link.parent.edgeId, await link.receivedBps()]));
  }

  /** Runs `work` with the link to a parent, which is opened if need be and kept open meanwhile. Concurrent callers share one Attach. */
  async with<T>(parent: EdgeAddress, work: (link: ParentLink) => Promise<T>): Promise<T> {
    if (parent.edgeId === this.#options.edgeId) throw new CanopyError('LOOP_DETECTED');
    const link = await this.#up(parent);
    const leave = link.use();
    try {
      return await work(link);
    } finally {
      leave();
    }
  }

  /** A link may end in the moment it is waited for: then the next is opened. */
  async #up(parent: EdgeAddress): Promise<ParentLink> {
    for (;;) {
      const link = await (this.#links.get(parent.edgeId) ?? this.#open(parent));
      if (link.up) return link;
    }
  }

  #open(parent: EdgeAddress): Promise<ParentLink> {
    const opening = this.#connect(parent, () => this.#forget(parent.edgeId, opening));
    this.#links.set(parent.edgeId, opening);
    opening.catch(() => this.#forget(parent.edgeId, opening));
    return opening;
  }

  async #connect(parent: EdgeAddress, forget: () => void): Promise<ParentLink> {
    const { routers, newId, onLost, onClosed: _, ...options } = this.#options;
    const lease = await this.#ingest(routers);
    const onEnded = (end: LinkEnd) => {
      forget();
      if (end.how === 'closed') return;
      const { switchedToBackup, mediaFlows } = end;
      onLost({ meetingId: options.meetingId, parentEdgeId: parent.edgeId, switchedToBackup, mediaFlows });
    };
    return ParentLink.open({ ...options, parent, linkId: newId(), onEnded }, lease);
  }

  /** All links of a meeting end on one router while it lasts: two ways of a track can only be merged where both arrive. */
  #ingest(routers: MeetingRouters): Promise<RouterLease> {
    const leased = this.#ingestWorker.then((workerIndex) =>
      workerIndex === undefined
        ? routers.acquireAny()
        : routers.acquire({ workerIndex }).catch(() => routers.acquireAny()),
    );
    this.#ingestWorker = leased.then(
      ({ router }) => router.workerIndex,
      () => undefined,
    );
    return leased;
  }

  #forget(parentId: string, link: Promise<ParentLink>): void {
    if (this.#links.get(parentId) === link) this.#links.delete(parentId);
    if (this.#links.size === 0) this.#ingestWorker = nowhere;
    this.#options.onClosed();
  }
}
