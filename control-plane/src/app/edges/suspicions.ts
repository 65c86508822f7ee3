import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { isConvicted, type Suspicion } from '../../core/edges/suspicion.ts';
import type { EdgeDirectory } from './edge-directory.ts';
import type { EdgeMedia } from './edge-media.ts';

export interface SuspicionsDeps {
  edges: Pick<EdgeDirectory, 'get' | 'convict'>;
  media: Pick<EdgeMedia, 'probe'>;
  clock: Clock;
  logger: Logger;
}

const probeEveryMs = 150;
/** After this the heartbeats, or their absence, have spoken. */
const endsAfterMs = 3_000;

/**
 * Follows hints that an edge died: a connection that broke, a link that a neighbour lost. The edge is asked again and again
 * until it answers, is heard of, or is convicted.
 */
export class Suspicions {
  readonly #deps: SuspicionsDeps;
  readonly #open = new Map<string, Suspicion>();

  constructor(deps: SuspicionsDeps) {
    this.#deps = deps;
  }

  /** The connection of this replica to the edge broke. */
  channelBroke(edgeId: string): void {
    this.#suspect(edgeId, (suspicion) => ({ ...suspicion, channelBroken: true }));
  }

  /** A neighbour lost its link to the edge. */
  linkLost(edgeId: string, witnessId: string): void {
    this.#suspect(edgeId, (suspicion) => ({ ...suspicion, witnesses: new Set(suspicion.witnesses).add(witnessId) }));
  }

  #suspect(edgeId: string, amend: (suspicion: Suspicion) => Suspicion): void {
    const record = this.#deps.edges.get(edgeId);
    if (record === undefined || record.status === 'dead') return;
    const known = this.#open.get(edgeId);
    const since = this.#deps.clock.now();
    const afresh = { since, witnesses: new Set<string>(), channelBroken: false, refusals: 0, failures: 0 };
    this.#open.set(edgeId, amend(known ?? afresh));
    if (known === undefined) void this.#examine(edgeId);
  }

  async #examine(edgeId: string): Promise<void> {
    const failure = await this.#failure(edgeId);
    const suspicion = this.#open.get(edgeId);
    const record = this.#deps.edges.get(edgeId);
    if (suspicion === undefined || record === undefined) return;
    const overdue = this.#deps.clock.now() - suspicion.since >= endsAfterMs;
    if (failure === undefined || record.heardAt > suspicion.since || record.status === 'dead' || overdue) {
      this.#open.delete(edgeId);
      return;
    }
    const { failures, refusals } = suspicion;
    const refused = failure.code === 'EDGE_UNREACHABLE';
    const amended = { ...suspicion, failures: failures + 1, refusals: refusals + (refused ? 1 : 0) };
    this.#open.set(edgeId, amended);
    if (isConvicted(amended)) {
      this.#open.delete(edgeId);
      const witnesses = [...amended.witnesses];
      this.#deps.logger.warn({ err: failure, edgeId, ...amended, witnesses }, 'an edge is gone');
      this.#deps.edges.convict(edgeId);
    } else {
      this.#deps.clock.after(probeEveryMs, () => void this.#examine(edgeId));
    }
  }

  async #failure(edgeId: string): Promise<CanopyError | undefined> {
    try {
      await this.#deps.media.probe(edgeId);
      return undefined;
    } catch (error) {
      return CanopyError.from(error);
    }
  }
}
