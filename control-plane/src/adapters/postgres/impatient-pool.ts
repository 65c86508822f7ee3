import type { PostgresCursor, PostgresPool, PostgresPoolClient } from 'kysely';
import { DatabaseError } from 'pg';

/** There was no connection to be had, or no answer came over it: what was asked may be all right. */
export class NoAnswer extends Error {
  constructor(cause: unknown) {
    super('the database did not answer', { cause });
    this.name = 'NoAnswer';
  }
}

/**
 * A pool whose connections are closed when they are given back without having answered in time: pg goes on waiting for the
 * answer, and whoever got the connection next would wait behind it. Rejects with {@link NoAnswer}, or with what the server refused.
 */
export function impatient(pool: PostgresPool): PostgresPool {
  return {
    options: pool.options,
    connect: async () => new ImpatientClient(await connected(pool)),
    end: () => pool.end(),
  };
}

async function connected(pool: PostgresPool): Promise<PostgresPoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new NoAnswer(error);
  }
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
      // A TypeError is of a parameter that can't be sent.
      if (error instanceof DatabaseError || error instanceof TypeError) throw error;
      this.#unanswered = true;
      throw new NoAnswer(error);
    }
  }
}
