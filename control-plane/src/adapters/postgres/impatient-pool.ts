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
 * answer, and whoever got the connection next would wait behind it. As long as none is to be had one at a time is asked for:
 * a server that stood still serves whoever gave up meanwhile before those who still wait. Rejects with {@link NoAnswer}, or
 * with what the server refused.
 */
export function impatient(pool: PostgresPool): PostgresPool {
  return new ImpatientPool(pool);
}

class ImpatientPool implements PostgresPool {
  readonly #pool: PostgresPool;
  /** Nobody got one lately. */
  #away = false;
  /** Asks for one while others wait for what becomes of it. */
  #scout: Promise<PostgresPoolClient> | undefined;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  get options(): PostgresPool['options'] {
    return this.#pool.options;
  }

  async connect(): Promise<PostgresPoolClient> {
    if (this.#away && this.#scout !== undefined) await this.#scout;
    const connecting = this.#connected();
    if (this.#away) this.#send(connecting);
    return new ImpatientClient(await connecting);
  }

  end(): Promise<void> {
    return this.#pool.end();
  }

  #send(scout: Promise<PostgresPoolClient>): void {
    const over = () => {
      this.#scout = undefined;
    };
    this.#scout = scout;
    scout.then(over, over);
  }

  async #connected(): Promise<PostgresPoolClient> {
    try {
      const client = await this.#pool.connect();
      this.#away = false;
      return client;
    } catch (error) {
      this.#away = true;
      throw new NoAnswer(error);
    }
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
