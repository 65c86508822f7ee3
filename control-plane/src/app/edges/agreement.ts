import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { protocolVersion, understands } from '@canopy/runtime/protocol';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import { versionOfAll } from '../../core/edges/versions.ts';
import type { Replica, ReplicaStore } from './replicas.ts';

export interface AgreementDeps {
  replicas: Pick<ReplicaStore, 'list'>;
  edges: { list(): readonly EdgeRecord[] };
  clock: Clock;
  logger: Logger;
}

const lookEveryMs = 5_000;

/** What replicas and edges of two versions can do together. */
export class Agreement {
  readonly #deps: AgreementDeps;
  /** Of the replicas, as last looked at: nobody may be taken for newer than they are. */
  #replicas: readonly number[] = [protocolVersion - 1];

  constructor(deps: AgreementDeps) {
    this.#deps = deps;
  }

  /** The version that everybody speaks. What needs a newer one is not done yet. */
  get version(): number {
    return versionOfAll(protocolVersion, this.#replicas, this.#deps.edges.list());
  }

  /** Looks at the other replicas for the first time. Errors: PROTOCOL_MISMATCH (one of them is too many versions away), STATE_UNAVAILABLE. */
  async enter(): Promise<void> {
    const stranger = (await this.#look()).find(({ protocol }) => !understands(protocol));
    if (stranger === undefined) return;
    const { id, protocol } = stranger;
    throw new CanopyError(
      'PROTOCOL_MISMATCH',
      `Replica ${id} speaks version ${protocol} of the protocol, this one ${protocolVersion}: upgrade over the versions between.`,
    );
  }

  /** Looks again and again until the returned function is called. */
  run(): () => void {
    return this.#deps.clock.every(lookEveryMs, () => {
      this.#look().catch((error: unknown) => this.#deps.logger.debug({ err: error }, 'replicas were not looked at'));
    });
  }

  async #look(): Promise<readonly Replica[]> {
    const replicas = await this.#deps.replicas.list();
    this.#replicas = replicas.map(({ protocol }) => protocol);
    return replicas;
  }
}
