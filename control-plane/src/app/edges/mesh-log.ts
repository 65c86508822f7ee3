import type { EdgeFact } from '@canopy/proto/bus';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeChange, EdgeRecord } from '../../core/edges/edge-record.ts';
import { eventOfChange, eventOfFact, type MeshEvent, sinceProtocol } from '../../core/edges/mesh-event.ts';
import type { PlanCause } from '../../core/routing/plan-cause.ts';

/** An event as it was written down. */
export interface LoggedEvent extends MeshEvent {
  /** Later ones are greater; `<Unix ms>-<number>`. */
  id: string;
  /** Unix ms. */
  at: number;
}

/** The latest events of the mesh, written once for all replicas. Errors: STATE_UNAVAILABLE. */
export interface MeshEventStore {
  append(event: MeshEvent): Promise<void>;
  /** Those after one of them, oldest first; undefined: the latest. */
  read(after: string | undefined, limit: number): Promise<readonly LoggedEvent[]>;
}

export interface MeshLogDeps {
  events: MeshEventStore;
  edges: { get(edgeId: string): EdgeRecord | undefined };
  agreement: { readonly version: number };
  /** True for the first replica that asks with this key within a few seconds. */
  isFirst(key: string): Promise<boolean>;
  logger: Logger;
}

/** Writes down what happens in the mesh, for operators. All replicas hear of it; the first one writes. */
export class MeshLog {
  readonly #deps: MeshLogDeps;

  constructor(deps: MeshLogDeps) {
    this.#deps = deps;
  }

  edgeChanged(change: EdgeChange): void {
    const event = eventOfChange(change, this.#deps.edges.get(change.edgeId));
    this.#write(event, `event ${event.kind} ${change.edgeId}`);
  }

  factHeard(fact: EdgeFact): void {
    const event = eventOfFact(fact);
    if (event === undefined) return;
    this.#write(event, `event ${event.kind} ${event.edgeId} ${event.meetingId} ${event.parentEdgeId}`);
  }

  /** Told by the one replica that made the plan. */
  planChanged(meetingId: string, epoch: number, cause: PlanCause): void {
    this.#write({ kind: 'plan.changed', meetingId, epoch, cause }, `event plan ${meetingId} ${epoch}`);
  }

  /** Errors: STATE_UNAVAILABLE. */
  read(after: string | undefined, limit: number): Promise<readonly LoggedEvent[]> {
    return this.#deps.events.read(after, limit);
  }

  #write(event: MeshEvent, key: string): void {
    // A replica that does not know an event could not read the others either.
    if (this.#deps.agreement.version < sinceProtocol(event.kind)) return;
    const write = async () => {
      if (await this.#deps.isFirst(key)) await this.#deps.events.append(event);
    };
    write().catch((error: unknown) => this.#deps.logger.debug({ err: error, ...event }, 'an event was not written'));
  }
}
