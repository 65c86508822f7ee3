import { webhookEventTypes } from '@canopy/proto/webhook-event-types';
import {
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type RawBuilder,
  type Selectable,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from 'kysely';
import type {
  Attempt,
  Claim,
  Delivery,
  DueDelivery,
  NewWebhook,
  Webhook,
  WebhookOutbox,
  WebhookRecords,
} from '../../app/webhooks/ports.ts';
import type { Owner } from '../../core/access/authorize.ts';
import type { Sealer, SecretPlace } from '../crypto/sealer.ts';
import { inBatches, isOneOf } from './batches.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

const longestError = 300;
/** Messages that go in one statement, with their attempts. */
const mostForgotten = 1_000;
/** In place of what a webhook wants to hear of, as long as rows of one that was removed are still there: no event is called so. */
const removed = 'removed';

type DueRow = Pick<
  Selectable<Database['webhook_deliveries']>,
  'id' | 'webhook_id' | 'payload' | 'attempts' | 'offered_at'
> &
  Pick<Selectable<Database['webhooks']>, 'api_key_id' | 'host_id' | 'url' | 'secret'>;

/** Webhooks and their outbox in PostgreSQL. */
export class PostgresWebhookRecords implements WebhookRecords, WebhookOutbox {
  readonly #db: Kysely<Database>;
  readonly #sealer: Sealer;

  constructor(db: Kysely<Database>, sealer: Sealer) {
    this.#db = db;
    this.#sealer = sealer;
  }

  create({ id, apiKeyId, hostId, url, secret, events }: NewWebhook): Promise<void> {
    return onPostgres(async () => {
      const owner = { api_key_id: apiKeyId, host_id: hostId ?? null };
      const kept = this.#sealer.seal(secret, secretOf(id));
      await this.#db
        .insertInto('webhooks')
        .values({ id, ...owner, url, secret: kept, events: [...events] })
        .execute();
    });
  }

  list({ apiKeyId, hostId }: Owner): Promise<readonly Webhook[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('webhooks')
        .selectAll()
        .where('api_key_id', '=', apiKeyId)
        .where('host_id', hostId === undefined ? 'is' : '=', hostId ?? null)
        .where((one) => one.not(isRemoved))
        .orderBy('created_at')
        .execute();
      return rows.map(toWebhook);
    });
  }

  find(webhookId: string): Promise<Webhook | undefined> {
    return onPostgres(async () => {
      const row = await this.#db.selectFrom('webhooks').selectAll().where('id', '=', webhookId).executeTakeFirst();
      return row && toWebhook(row);
    });
  }

  remove(webhookId: string): Promise<void> {
    return onPostgres(() => removeWebhooks(this.#db, (one) => one('id', '=', webhookId)));
  }

  deliveries(webhookId: string, limit: number): Promise<readonly Delivery[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('webhook_deliveries')
        .selectAll()
        .where('webhook_id', '=', webhookId)
        .orderBy('created_at', 'desc')
        .limit(limit)
        .execute();
      if (rows.length === 0) return [];
      const ids = rows.map(({ id }) => id);
      const attempts = await this.#db
        .selectFrom('webhook_attempts')
        .selectAll()
        .where('delivery_id', 'in', ids)
        .orderBy('at')
        .execute();
      return rows.map((row) =>
        toDelivery(
          row,
          attempts.filter(({ delivery_id }) => delivery_id === row.id),
        ),
      );
    });
  }

  replay(webhookId: string, deliveryId: string): Promise<boolean> {
    return onPostgres(async () => {
      const now = sql<Date>`now()`;
      const { numUpdatedRows } = await this.#db
        .updateTable('webhook_deliveries')
        .set({ status: 'pending', attempts: 0, offered_at: now, next_attempt_at: now })
        .where('webhook_id', '=', webhookId)
        .where('id', '=', deliveryId)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    });
  }

  claim({ most, ofOwner, ofEach, telling, forMs }: Claim): Promise<readonly DueDelivery[]> {
    return onPostgres(async () => {
      const owners = [...telling.values()].map(({ owner }) => owner);
      const { rows } = await sql<DueRow>`
        WITH RECURSIVE awaited AS (
          SELECT ${firstAwaited(sql`true`)} AS id
          UNION ALL
          SELECT ${firstAwaited(sql`webhook_id > before.id`)} FROM awaited AS before WHERE before.id IS NOT NULL
        ), busy AS (
          SELECT * FROM unnest(
            ${owners.map(({ apiKeyId }) => apiKeyId)}::text[],
            ${owners.map(({ hostId }) => hostId ?? null)}::text[]
          ) AS b (api_key_id, host_id)
        ), waiting AS (
          SELECT h.id, row_number() OVER (PARTITION BY h.api_key_id, h.host_id ORDER BY random()) + (
            SELECT count(*) FROM busy AS b
            WHERE b.api_key_id = h.api_key_id AND b.host_id IS NOT DISTINCT FROM h.host_id
          ) AS place
          FROM awaited
          JOIN webhooks AS h ON h.id = awaited.id
          CROSS JOIN LATERAL (
            SELECT FROM webhook_deliveries
            WHERE webhook_id = h.id AND status = 'pending' AND next_attempt_at <= now()
            ORDER BY next_attempt_at
            LIMIT 1
          ) AS something
          WHERE h.id <> ALL (${[...telling.keys()]}::uuid[]) AND NOT ${isRemoved}
        ), chosen AS (
          SELECT id FROM waiting WHERE place <= ${ofOwner} ORDER BY place, random() LIMIT ${most}
        ), due AS MATERIALIZED (
          SELECT mine.id FROM chosen AS h
          CROSS JOIN LATERAL (
            SELECT id FROM webhook_deliveries
            WHERE webhook_id = h.id AND status = 'pending' AND next_attempt_at <= now()
            ORDER BY next_attempt_at
            LIMIT ${ofEach}
            FOR UPDATE SKIP LOCKED
          ) AS mine
        )
        UPDATE webhook_deliveries AS d
        SET attempts = d.attempts + 1, next_attempt_at = now() + ${forMs} * interval '1 millisecond'
        FROM due, webhooks AS w
        WHERE d.id = due.id AND w.id = d.webhook_id
        RETURNING d.id, d.webhook_id, w.api_key_id, w.host_id, w.url, w.secret, d.payload, d.attempts, d.offered_at`.execute(
        this.#db,
      );
      return rows.map(
        ({ webhook_id: webhookId, api_key_id: apiKeyId, host_id: hostId, offered_at, secret, ...row }) => ({
          ...row,
          webhookId,
          secret: () => this.#sealer.open(secret, secretOf(webhookId)),
          owner: { apiKeyId, hostId: hostId ?? undefined },
          offeredAt: offered_at.getTime(),
        }),
      );
    });
  }

  settle(deliveryId: string, attempt: Attempt, delivered: boolean, nextAttemptAt: number | undefined): Promise<void> {
    return onPostgres(() =>
      this.#db.transaction().execute(async (trx) => {
        await trx
          .insertInto('webhook_attempts')
          .values({
            delivery_id: deliveryId,
            at: new Date(attempt.at),
            http_status: attempt.httpStatus ?? null,
            error: attempt.error?.slice(0, longestError) ?? null,
            duration_ms: Math.round(attempt.durationMs),
          })
          .execute();
        await trx
          .updateTable('webhook_deliveries')
          .set(
            nextAttemptAt === undefined
              ? { status: delivered ? 'delivered' : 'failed' }
              : { next_attempt_at: new Date(nextAttemptAt) },
          )
          .where('id', '=', deliveryId)
          .execute();
      }),
    );
  }

  forget(olderThanMs: number): Promise<void> {
    return onPostgres(async () => {
      const old = this.#db
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('status', '!=', 'pending')
        .where('created_at', '<', sql<Date>`now() - ${olderThanMs} * interval '1 millisecond'`)
        .orderBy('created_at');
      await forgetDeliveries(this.#db, old);
      // Whoever removed them did not get to the end.
      await removeWebhooks(this.#db, () => isRemoved);
    });
  }
}

const secretOf = (webhookId: string): SecretPlace => ({ of: 'webhooks.secret', id: webhookId });

const isRemoved = sql<boolean>`(${removed} = ANY (events))`;

/** The first webhook for which something is pending: from one to the next PostgreSQL gets by an index, past those with nothing to tell. */
function firstAwaited(where: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(SELECT webhook_id FROM webhook_deliveries WHERE status = 'pending' AND ${where} ORDER BY webhook_id LIMIT 1)`;
}

/** They are called no more at once; then their messages go, a batch after the other, and at last they themselves. May be repeated. */
export async function removeWebhooks(
  db: Kysely<Database>,
  which: (one: ExpressionBuilder<Database, 'webhooks'>) => Expression<SqlBool>,
): Promise<void> {
  const webhooks = await db
    .updateTable('webhooks')
    .set({ events: [removed] })
    .where(which)
    .returning('id')
    .execute();
  for (const { id } of webhooks) {
    const theirs = db.selectFrom('webhook_deliveries').select('id').where('webhook_id', '=', id);
    await forgetDeliveries(db, theirs);
    await db.deleteFrom('webhooks').where('id', '=', id).execute();
  }
}

async function forgetDeliveries(
  db: Kysely<Database>,
  which: SelectQueryBuilder<Database, 'webhook_deliveries', { id: string }>,
): Promise<void> {
  await inBatches(mostForgotten, async (most) => {
    // What somebody else is about to forget is left to them.
    const some = isOneOf(which.limit(most).forUpdate().skipLocked());
    return (await db.deleteFrom('webhook_deliveries').where(some).executeTakeFirst()).numDeletedRows;
  });
}

function toWebhook(row: Selectable<Database['webhooks']>): Webhook {
  return {
    id: row.id,
    apiKeyId: row.api_key_id,
    hostId: row.host_id ?? undefined,
    url: row.url,
    events: webhookEventTypes.filter((type) => row.events.includes(type)),
  };
}

function toDelivery(
  row: Selectable<Database['webhook_deliveries']>,
  attempts: readonly Selectable<Database['webhook_attempts']>[],
): Delivery {
  const { id, type, payload, status } = row;
  return {
    id,
    type,
    payload,
    status,
    createdAt: row.created_at.getTime(),
    nextAttemptAt: status === 'pending' ? row.next_attempt_at.getTime() : undefined,
    attempts: attempts.map(({ at, http_status, error, duration_ms }) => ({
      at: at.getTime(),
      httpStatus: http_status ?? undefined,
      error: error ?? undefined,
      durationMs: duration_ms,
    })),
  };
}
