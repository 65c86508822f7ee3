import type { EdgeFact } from '@canopy/proto/bus';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeChange, EdgeRecord } from '../../core/edges/edge-record.ts';
import {
  afterLoss,
  afterProbes,
  isHeld,
  isOver,
  type LostLink,
  type LostLinkLimits,
} from '../../core/edges/lost-link.ts';

export interface LostLinksDeps {
  edges: { get(edgeId: string): EdgeRecord | undefined };
  limits: LostLinkLimits;
  clock: Clock;
  logger: Logger;
}

const lookEveryMs = 500;

interface Entry {
  ends: readonly [string, string];
  link: LostLink;
}

/**
 * Links that were lost while the edges at both ends seem well: plans lead around them for a while. Every replica judges for
 * itself; they agree by hearing the same.
 */
export class LostLinks {
  readonly #deps: LostLinksDeps;
  readonly #known = new Map<string, Entry>();

  constructor(deps: LostLinksDeps) {
    this.#deps = deps;
  }

  /** True while no plan should lead over the link between two edges. */
  isLost(a: string, b: string): boolean {
    // Every join asks for each link of a plan.
    if (this.#known.size === 0) return false;
    const entry = this.#known.get(nameOf(a, b));
    return entry !== undefined && isHeld(entry.link, this.#deps.clock.now());
  }

  /** All of them, each by a name of its own. */
  lostNow(): string[] {
    const now = this.#deps.clock.now();
    return [...this.#known].filter(([, { link }]) => isHeld(link, now)).map(([name]) => name);
  }

  factHeard({ edgeId, linkLost }: EdgeFact): void {
    // A link of which only the signaling is gone still carries media.
    if (linkLost === undefined || linkLost.mediaFlows === true) return;
    this.#become([edgeId, linkLost.parentEdgeId], (known) =>
      afterLoss(known, this.#deps.limits, this.#deps.clock.now()),
    );
  }

  /** An edge that is gone, or began anew, was the reason itself. */
  edgeChanged({ kind, edgeId }: EdgeChange): void {
    if (kind !== 'died' && kind !== 'rebooted') return;
    for (const [name, { ends }] of this.#known) if (ends.includes(edgeId)) this.#known.delete(name);
  }

  /** Looks at what probes say of them until the returned function is called. */
  run(): () => void {
    return this.#deps.clock.every(lookEveryMs, () => this.#look());
  }

  #look(): void {
    const { limits, clock } = this.#deps;
    const now = clock.now();
    for (const [name, { ends, link }] of this.#known) {
      if (isOver(link, limits, now)) this.#known.delete(name);
      else this.#become(ends, () => afterProbes(link, this.#unanswered(ends), limits, now));
    }
  }

  #become(ends: Entry['ends'], change: (known: LostLink | undefined) => LostLink): void {
    const name = nameOf(...ends);
    const known = this.#known.get(name)?.link;
    const link = change(known);
    if (link === known) return;
    this.#known.set(name, { ends, link });
    const now = this.#deps.clock.now();
    const wasHeld = known !== undefined && isHeld(known, now);
    if (wasHeld !== isHeld(link, now)) this.#deps.logger.warn({ ends, ...link }, 'media and the link of two edges');
  }

  /** Probes in a row that either end says were not answered; undefined where neither says anything. */
  #unanswered([a, b]: Entry['ends']): number | undefined {
    const heard = [this.#heard(a, b), this.#heard(b, a)].filter((count) => count !== undefined);
    return heard.length === 0 ? undefined : Math.max(...heard);
  }

  #heard(from: string, to: string): number | undefined {
    const neighbours = this.#deps.edges.get(from)?.heartbeat.neighbours ?? [];
    const neighbour = neighbours.find(({ edgeId, rttMs }) => edgeId === to && rttMs > 0);
    return neighbour === undefined ? undefined : (neighbour.unanswered ?? 0);
  }
}

function nameOf(a: string, b: string): string {
  return a < b ? `${a}\n${b}` : `${b}\n${a}`;
}
