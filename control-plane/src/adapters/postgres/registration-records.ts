import type { Kysely, Selectable, Transaction } from 'kysely';
import type { RegistrationPage, RegistrationRecords } from '../../app/registrations/ports.ts';
import { mostRegistrations, type Registration } from '../../core/meeting/registration.ts';
import { storedSettings } from '../../core/meeting/settings.ts';
import { onPostgres } from './database.ts';
import { InLine } from './in-line.ts';
import type { Database } from './schema.ts';
import { enqueue } from './webhook-outbox.ts';

/** Registrations in PostgreSQL. */
export class PostgresRegistrationRecords implements RegistrationRecords {
  readonly #db: Kysely<Database>;
  /** New ones, by meeting. */
  readonly #adding = new InLine();

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Those for one meeting follow each other, so that there are never more than it takes. */
  add(
    meetingId: string,
    { id, name, email }: Pick<Registration, 'id' | 'name' | 'email'>,
  ): Promise<Registration | undefined> {
    const addIn = async (trx: Transaction<Database>) => {
      const meeting = await trx
        .selectFrom('meetings')
        .select('settings')
        .where('id', '=', meetingId)
        .forNoKeyUpdate()
        .executeTakeFirstOrThrow();
      const { limit = mostRegistrations } = storedSettings.parse(meeting.settings).registration ?? {};
      if ((await countOf(trx, meetingId)) >= limit) return undefined;
      const row = await trx
        .insertInto('registrations')
        .values({ meeting_id: meetingId, id, name, email })
        .returningAll()
        .executeTakeFirstOrThrow();
      const data = { registrationId: id, name, email };
      await enqueue(trx, { type: 'registration.created', meetingId, data }).execute();
      return toRegistration(row);
    };
    return this.#adding.run(meetingId, () => this.#db.transaction().execute(addIn));
  }

  find(meetingId: string, registrationId: string): Promise<Registration | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .selectFrom('registrations')
        .selectAll()
        .where('meeting_id', '=', meetingId)
        .where('id', '=', registrationId)
        .executeTakeFirst();
      return row && toRegistration(row);
    });
  }

  count(meetingId: string): Promise<number> {
    return onPostgres(() => countOf(this.#db, meetingId));
  }

  page(meetingId: string, cursor: string | undefined, limit: number): Promise<RegistrationPage> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('registrations')
        .selectAll()
        .where('meeting_id', '=', meetingId)
        .where('sequence', '>', cursor ?? '0')
        .orderBy('sequence')
        .limit(limit + 1)
        .execute();
      const shown = rows.slice(0, limit);
      const nextCursor = rows.length > limit ? shown.at(-1)?.sequence : undefined;
      return { registrations: shown.map(toRegistration), nextCursor };
    });
  }

  remove(meetingId: string, registrationId: string): Promise<boolean> {
    return onPostgres(() =>
      this.#db.transaction().execute(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('registrations')
          .where('meeting_id', '=', meetingId)
          .where('id', '=', registrationId)
          .executeTakeFirst();
        if (numDeletedRows === 0n) return false;
        await enqueue(trx, { type: 'registration.cancelled', meetingId, data: { registrationId } }).execute();
        return true;
      }),
    );
  }
}

async function countOf(db: Kysely<Database>, meetingId: string): Promise<number> {
  const { count } = await db
    .selectFrom('registrations')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('meeting_id', '=', meetingId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

function toRegistration({ id, name, email, registered_at }: Selectable<Database['registrations']>): Registration {
  return { id, name, email, registeredAt: registered_at.getTime() };
}
