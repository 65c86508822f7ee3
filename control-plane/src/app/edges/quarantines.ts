import type { EdgeReached } from '@canopy/proto/bus';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { neighbourViews } from '../../core/edges/neighbour-views.ts';
import { judgeEdges, type QuarantineLimits } from '../../core/edges/quarantine.ts';
import type { Witness } from '../../core/edges/reachability.ts';
import type { EdgeDirectory } from './edge-directory.ts';

export interface QuarantinesDeps {
  edges: Pick<EdgeDirectory, 'list' | 'get' | 'judged'>;
  announce(reached: EdgeReached): void;
  /** What neighbours of an address have in common; undefined for what is no address. */
  networkOf(address: string): string | undefined;
  limits: QuarantineLimits;
  replicaId: string;
  clock: Clock;
  logger: Logger;
}

const lookEveryMs = 500;
/** The latest of each edge that are kept, whatever they say: what share of them failed is what counts. */
const mostWitnesses = 400;

type Testimony = Witness & { reached: boolean };

/**
 * Gathers what participants' media and neighbours' probes say about edges, and quarantines those that media does not get through
 * to. Every replica judges for itself; they agree by hearing the same.
 */
export class Quarantines {
  readonly #deps: QuarantinesDeps;
  readonly #witnesses = new Map<string, Testimony[]>();

  constructor(deps: QuarantinesDeps) {
    this.#deps = deps;
  }

  /** Media of a participant connected here got through to an edge, or to another one only. */
  tell({ edgeId, participantId, address, reached }: Parameters<TellReached>[0]): void {
    const network = this.#deps.networkOf(address);
    if (network === undefined) return;
    const report = { edgeId, replicaId: this.#deps.replicaId, participantId, network, reached };
    this.#note(report);
    this.#deps.announce(report);
  }

  /** A replica said so, this one or another. */
  heard(report: EdgeReached): void {
    if (report.replicaId !== this.#deps.replicaId) this.#note(report);
  }

  /** The edge is gone for good. */
  forget(edgeId: string): void {
    this.#witnesses.delete(edgeId);
  }

  /** Judges again and again until the returned function is called. */
  run(): () => void {
    return this.#deps.clock.every(lookEveryMs, () => this.#judge());
  }

  #note({ edgeId, participantId, network, reached }: EdgeReached): void {
    if (this.#deps.edges.get(edgeId) === undefined) return;
    const testimony = { participantId, network, reached, at: this.#deps.clock.now() };
    this.#witnesses.set(edgeId, [...(this.#witnesses.get(edgeId) ?? []), testimony].slice(-mostWitnesses));
  }

  #judge(): void {
    const { edges, limits, clock, logger } = this.#deps;
    const alive = edges.list().filter(({ status }) => status === 'alive');
    const views = neighbourViews(alive.map(({ heartbeat }) => heartbeat));
    const watched = alive.map(({ heartbeat: { edgeId }, quarantine }) => {
      const all = this.#witnesses.get(edgeId) ?? [];
      const [successes, failures] = [all.filter(({ reached }) => reached), all.filter(({ reached }) => !reached)];
      return {
        edgeId,
        present: quarantine,
        reachability: { failures, successes, neighbours: views.get(edgeId) ?? [] },
      };
    });
    const judged = judgeEdges(watched, limits, clock.now());
    for (const { edgeId, present } of watched) {
      const next = judged.get(edgeId);
      if (next === undefined || next === present) continue;
      if (next.state !== present.state) logger.warn({ edgeId, from: present.state, ...next }, 'media and an edge');
      edges.judged(edgeId, next);
    }
  }
}

/** Takes what the media of one participant shows of an edge. `reached` is false when it got through to another one only. */
export type TellReached = (evidence: {
  edgeId: string;
  participantId: string;
  address: string;
  reached: boolean;
}) => void;
