import { type QueryCreator, type RawBuilder, sql } from 'kysely';
import type { WebhookEvent } from '../../core/webhooks/events.ts';
import type { Database } from './schema.ts';

/**
 * Writes an event down for every webhook that wants to hear of it. To be run, or put into a `with`, in the transaction or statement
 * that makes it true: then it is told if, and only if, that lasts. It happened so many ms ago.
 */
export function enqueue(db: QueryCreator<Database>, { type, meetingId, data }: WebhookEvent, agoMs = 0) {
  const payload = { type, data: { meetingId, ...data } };
  return db
    .insertInto('webhook_deliveries')
    .columns(['webhook_id', 'type', 'payload', 'status'])
    .expression((from) =>
      from
        .selectFrom('webhooks as w')
        .innerJoin('meetings as m', 'm.api_key_id', 'w.api_key_id')
        .where('m.id', '=', meetingId)
        // As the index has it: by IS NOT DISTINCT FROM the webhooks of all hosts would be read.
        .where(sql<boolean>`coalesce(w.host_id, '') = coalesce(m.host_id, '')`)
        .where(sql<boolean>`(w.events = '{}' OR ${type} = ANY (w.events))`)
        .select([
          'w.id as webhook_id',
          sql<string>`${type}`.as('type'),
          sql<string>`jsonb_build_object('timestamp', ${ago(agoMs)}) || ${JSON.stringify(payload)}::jsonb`.as(
            'payload',
          ),
          sql<'pending'>`'pending'`.as('status'),
        ]),
    );
}

/** By the clock of the database: those of replicas may differ. */
export function ago(ms: number): RawBuilder<Date> {
  return sql<Date>`(now() - ${ms} * interval '1 millisecond')`;
}
