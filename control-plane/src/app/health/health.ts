import type { Clock } from '@canopy/runtime/clock';
import { withDeadline } from '@canopy/runtime/deadline';
import type { Logger } from '@canopy/runtime/logger';
import { clockOffsetMs, type EdgeRecord } from '../../core/edges/edge-record.ts';
import { versionOfEdge } from '../../core/edges/versions.ts';
import type { Replica, Replicas } from '../edges/replicas.ts';

/** A service that answered, with how long that took. */
export interface ServiceAnswer {
  version: string;
  roundTripMs: number;
}

/** The secrets in the database that others' tokens and messages are signed with. */
export interface KeptSecrets {
  /** New ones are sealed. */
  sealing: boolean;
  kept: number;
  /** Of these, not as new ones are: in clear, or sealed with another key. */
  behind: number;
  /** Ids of keys that some are sealed with and that this replica does not have. */
  missingKeys: readonly string[];
}

/** What replicas stand upon. Each call rejects where its service does not answer. */
export interface ServiceProbes {
  postgresql(): Promise<ServiceAnswer>;
  redis(): Promise<ServiceAnswer>;
  nats(): Promise<ServiceAnswer>;
  /** The migrations that this version, or a later one, knows; `appliedAt` null: still to do. */
  migrations(): Promise<readonly { name: string; appliedAt: string | null }[]>;
  secrets(): Promise<KeptSecrets>;
}

/** What one replica sees. Undefined is what it could not find out. */
export interface Health {
  replicaId: string;
  /** Unix ms, by its clock. */
  now: number;
  services: Record<'postgresql' | 'redis' | 'nats', ServiceAnswer | undefined>;
  /** The newest that were done, and what is to do yet. */
  migrations: { newest: string | undefined; pending: readonly string[] } | undefined;
  secrets: KeptSecrets | undefined;
  /** Unix ms, of the oldest GeoIP database. */
  geoBuiltAt: number | undefined;
  /** The version that everybody speaks, and that of each replica. */
  protocol: number;
  replicas: readonly Pick<Replica, 'id' | 'protocol'>[] | undefined;
  edges: readonly SeenEdge[];
}

/** An edge as its heartbeats tell. */
export interface SeenEdge {
  record: EdgeRecord;
  protocol: number;
  /** ms since it was heard of. */
  heardAgoMs: number;
  clockOffsetMs: number;
}

export interface HealthDeps {
  replicaId: string;
  probes: ServiceProbes;
  /** Whoever does not answer within this is away. */
  patienceMs: number;
  geoBuiltAt: () => number | undefined;
  agreement: { readonly version: number };
  replicas: Pick<Replicas, 'list'>;
  edges: { list(): readonly EdgeRecord[] };
  clock: Clock;
  logger: Logger;
}

/** What this replica sees of all that it needs: for whoever can reach the API only. */
export class HealthLook {
  readonly #deps: HealthDeps;

  constructor(deps: HealthDeps) {
    this.#deps = deps;
  }

  /** Never rejects: what does not answer is left undefined. */
  async look(): Promise<Health> {
    const { replicaId, probes, replicas, agreement, geoBuiltAt, clock } = this.#deps;
    const [postgresql, redis, nats, migrations, secrets, known] = await Promise.all([
      this.#ask('postgresql', probes.postgresql()),
      this.#ask('redis', probes.redis()),
      this.#ask('nats', probes.nats()),
      this.#ask('migrations', probes.migrations()),
      this.#ask('secrets', probes.secrets()),
      this.#ask('replicas', replicas.list()),
    ]);
    return {
      replicaId,
      now: clock.now(),
      services: { postgresql, redis, nats },
      migrations: migrations && {
        newest: migrations.findLast(({ appliedAt }) => appliedAt !== null)?.name,
        pending: migrations.filter(({ appliedAt }) => appliedAt === null).map(({ name }) => name),
      },
      secrets,
      geoBuiltAt: geoBuiltAt(),
      protocol: agreement.version,
      replicas: known,
      edges: this.#edges(),
    };
  }

  #edges(): SeenEdge[] {
    const now = this.#deps.clock.now();
    return this.#deps.edges.list().map((record) => ({
      record,
      protocol: versionOfEdge(record),
      heardAgoMs: now - record.heardAt,
      clockOffsetMs: clockOffsetMs(record),
    }));
  }

  async #ask<Answer>(what: string, answer: Promise<Answer>): Promise<Answer | undefined> {
    const { patienceMs, clock, logger } = this.#deps;
    try {
      return await withDeadline(clock, patienceMs, answer);
    } catch (error) {
      logger.debug({ err: error, what }, 'a service did not answer');
      return undefined;
    }
  }
}
