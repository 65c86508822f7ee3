import type { PostgresCursor, PostgresPool, PostgresPoolClient } from 'kysely';

/**
 * A pool whose connections are closed when they are given back without having answered in time: pg goes on waiting for the
 * answer, and whoever got the connection next would wait behind it.
 */
export function impatient(pool: PostgresPool): PostgresPool {
  return {
    options: pool.options,
    connect: async () => new ImpatientClient(await pool.connect()),
    end: () => pool.end(),
  };
}

class ImpatientClient implements PostgresPoolClient {
  readonly #client: PostgresPoolClient;
  #unanswered = false;

  constructor(client: PostgresPoolClient) {
    this.#client = client;
  }

  query<R>(sql: string, parameters: readonly unknown[]): ReturnType<typeof this.answerTo<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(statement: string | PostgresCursor<R>, parameters: readonly unknown[] = []) {
    if (typeof statement !== 'string') return this.#client.query(statement);
    return this.answerTo<R>(statement, parameters);
  }

  release(destroy = false): void {
    this.#client.release(destroy || this.#unanswered);
  }

  private async answerTo<R>(sql: string, parameters: readonly unknown[]) {
    try {
      return await this.#client.query<R>(sql, parameters);
    } catch (error) {
      // What the server itself refused has a SQLSTATE.
      const answered = error instanceof Error && 'code' in error && typeof error.code === 'string';
      if (!answered) this.#unanswered = true;
      throw error;
    }
  }
}
