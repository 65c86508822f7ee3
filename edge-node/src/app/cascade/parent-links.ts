import type { LinkLost } from '@canopy/proto/bus';
import type { EdgeAddress } from '@canopy/proto/routing';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import type { MeetingRouters, RouterLease } from '../meeting/meeting-routers.ts';
import { type LinkEnd, ParentLink, type ParentLinkOptions } from './parent-link.ts';

export interface ParentLinksOptions extends Omit<ParentLinkOptions, 'parent' | 'linkId' | 'onEnded'> {
  routers: MeetingRouters;
  newId: () => string;
  /** A link is lost, or its parent out of reach. */
  onLost: (lost: LinkLost) => void;
  /** A link is over, or could not be opened. */
  onClosed: () => void;
}

/** A link to a parent, that may be being opened still. */
interface Opening {
  link: Promise<ParentLink>;
  opened?: ParentLink;
}

const nowhere = Promise.resolve(undefined);

/**
 * A parent is out of reach after so many attempts in a row that failed this way. No answer for seconds says enough; a refusal
 * may pass soon, and a track that is wanted is asked for five times within half a second.
 */
const convincing: ReadonlyMap<ErrorCode, number> = new Map([
  ['TIMEOUT', 1],
  ['EDGE_UNREACHABLE', 5],
]);

/** The links of one meeting to its parents on this edge: at most one per parent. */
export class ParentLinks {
  readonly #options: ParentLinksOptions;
  readonly #links = new Map<string, Opening>();
  /** Attempts in a row to open a link that a parent did not answer, since they were last told. */
  readonly #unanswered = new Map<string, number>();
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
    const links = [...this.#links.values()].flatMap(({ opened }) => opened ?? []);
    return Promise.all(links.map(async (link) => [link.parent.edgeId, await link.receivedBps()]));
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

  /** A link may end in the moment it is waited for, or be looked at whether its media still comes: then the next is opened. */
  async #up(parent: EdgeAddress): Promise<ParentLink> {
    for (;;) {
      const opening = this.#links.get(parent.edgeId) ?? this.#open(parent);
      const link = await opening.link;
      if (link.up) return link;
      this.#forget(parent.edgeId, opening);
    }
  }

  #open(parent: EdgeAddress): Opening {
    const forget = () => this.#forget(parent.edgeId, opening);
    const opening: Opening = { link: this.#connect(parent, forget) };
    this.#links.set(parent.edgeId, opening);
    opening.link.then((link) => {
      opening.opened = link;
    }, forget);
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
    try {
      const link = await ParentLink.open({ ...options, parent, linkId: newId(), onEnded }, lease);
      this.#unanswered.delete(parent.edgeId);
      return link;
    } catch (error) {
      this.#handleFailure(parent.edgeId, CanopyError.from(error).code);
      throw error;
    }
  }

  /** A link that can't be opened is as good as lost: somebody has to lead around it. */
  #handleFailure(parentId: string, code: ErrorCode): void {
    const enough = convincing.get(code);
    if (enough === undefined) {
      this.#unanswered.delete(parentId);
      return;
    }
    const count = (this.#unanswered.get(parentId) ?? 0) + 1;
    const isOutOfReach = count >= enough;
    this.#unanswered.set(parentId, isOutOfReach ? 0 : count);
    const { meetingId, onLost } = this.#options;
    if (isOutOfReach) onLost({ meetingId, parentEdgeId: parentId, switchedToBackup: false, mediaFlows: false });
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

  #forget(parentId: string, opening: Opening): void {
    if (this.#links.get(parentId) === opening) this.#links.delete(parentId);
    if (this.#links.size === 0) this.#ingestWorker = nowhere;
    this.#options.onClosed();
  }
}
