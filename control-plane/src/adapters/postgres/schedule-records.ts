import { type Kysely, sql, type Transaction } from 'kysely';
import type { CalendarEntry, OccurrenceChange, Planned, ScheduleRecords } from '../../app/schedules/ports.ts';
import type { Owner } from '../../core/access/authorize.ts';
import type { Occurrence, Schedule } from '../../core/schedule/schedule.ts';
import type { WebhookEvent } from '../../core/webhooks/events.ts';
import { onPostgres } from './database.ts';
import { occurrenceColumns, scheduleValues, toOccurrence, toSchedule } from './schedule-rows.ts';
import type { Database } from './schema.ts';
import { enqueue } from './webhook-outbox.ts';

/** Meetings reminded of in one go. */
const mostReminders = 500;
/** As long as a meeting may be (`scheduleFields`): one that began before that is over. */
const longestMeetingMs = 86_400_000;

/**
 * Schedules in PostgreSQL. Each of their meetings has its row from the beginning. Whoever changes something of one changes the
 * schedule's row first, and so waits for whoever else does.
 */
export class PostgresScheduleRecords implements ScheduleRecords {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  create(schedule: Schedule, meetings: readonly Planned[], news: WebhookEvent): Promise<void> {
    return this.#write(async (trx) => {
      const { id, apiKeyId, hostId } = schedule;
      const owner = { api_key_id: apiKeyId, host_id: hostId ?? null };
      await trx
        .insertInto('schedules')
        .values({ id, ...owner, ...scheduleValues(schedule) })
        .execute();
      await addMeetings(trx, schedule, meetings);
      await enqueue(trx, news).execute();
    });
  }

  find(scheduleId: string): Promise<{ schedule: Schedule; occurrences: readonly Occurrence[] } | undefined> {
    return onPostgres(async () => {
      const row = await this.#db.selectFrom('schedules').selectAll().where('id', '=', scheduleId).executeTakeFirst();
      if (row === undefined) return undefined;
      const occurrences = await this.#db
        .selectFrom('occurrences as o')
        .innerJoin('meetings as m', 'm.id', 'o.meeting_id')
        .select(occurrenceColumns)
        .where('o.schedule_id', '=', scheduleId)
        .orderBy('o.original_start')
        .execute();
      return { schedule: toSchedule(row), occurrences: occurrences.map(toOccurrence) };
    });
  }

  between({ apiKeyId, hostId }: Owner, from: number, to: number, limit: number): Promise<readonly CalendarEntry[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('occurrences as o')
        .innerJoin('meetings as m', 'm.id', 'o.meeting_id')
        .select([...occurrenceColumns, 'o.schedule_id'])
        .where('m.api_key_id', '=', apiKeyId)
        .where('m.host_id', hostId === undefined ? 'is' : '=', hostId ?? null)
        .where('o.status', '=', 'scheduled')
        .where('m.start_time', '>=', new Date(from))
        .where('m.start_time', '<', new Date(to))
        .orderBy('m.start_time')
        .limit(limit)
        .execute();
      const ids = [...new Set(rows.map(({ schedule_id }) => schedule_id))];
      if (ids.length === 0) return [];
      const schedules = await this.#db.selectFrom('schedules').selectAll().where('id', 'in', ids).execute();
      const byId = new Map(schedules.map((row) => [row.id, toSchedule(row)]));
      return rows.flatMap((row) => {
        const schedule = byId.get(row.schedule_id);
        return schedule === undefined ? [] : [{ ...toOccurrence(row), schedule }];
      });
    });
  }

  entryOf(meetingId: string): Promise<CalendarEntry | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .selectFrom('occurrences as o')
        .innerJoin('meetings as m', 'm.id', 'o.meeting_id')
        .select([...occurrenceColumns, 'o.schedule_id'])
        .where('o.meeting_id', '=', meetingId)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const schedule = await this.#db
        .selectFrom('schedules')
        .selectAll()
        .where('id', '=', row.schedule_id)
        .executeTakeFirstOrThrow();
      return { ...toOccurrence(row), schedule: toSchedule(schedule) };
    });
  }

  countOpen({ apiKeyId, hostId }: Owner, now: number): Promise<number> {
    return onPostgres(async () => {
      const { count } = await this.#db
        .selectFrom('occurrences as o')
        .innerJoin('schedules as s', 's.id', 'o.schedule_id')
        .innerJoin('meetings as m', 'm.id', 'o.meeting_id')
        .select(({ fn }) => fn.count<string>('o.schedule_id').distinct().as('count'))
        .where('s.api_key_id', '=', apiKeyId)
        .where('s.host_id', hostId === undefined ? 'is' : '=', hostId ?? null)
        .where('o.status', '=', 'scheduled')
        .where('m.status', '!=', 'ended')
        // What can be looked up; those before that nobody came to never end.
        .where('m.start_time', '>', new Date(now - longestMeetingMs))
        .where(sql<boolean>`m.start_time + o.duration_minutes * interval '1 minute' > ${new Date(now)}`)
        .executeTakeFirstOrThrow();
      return Number(count);
    });
  }

  countPlanned({ apiKeyId, hostId }: Owner, withinMs: number): Promise<number> {
    return onPostgres(async () => {
      const { count } = await this.#db
        .selectFrom('occurrences as o')
        .innerJoin('meetings as m', 'm.id', 'o.meeting_id')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .where('m.api_key_id', '=', apiKeyId)
        .where('m.host_id', hostId === undefined ? 'is' : '=', hostId ?? null)
        .where('m.created_at', '>', sql<Date>`now() - ${withinMs} * interval '1 millisecond'`)
        .executeTakeFirstOrThrow();
      return Number(count);
    });
  }

  change(
    schedule: Schedule,
    { moved, added, cancelled }: Parameters<ScheduleRecords['change']>[1],
    news: WebhookEvent,
  ): Promise<readonly string[] | undefined> {
    return this.#write(async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable('schedules')
        .set(scheduleValues(schedule))
        .where('id', '=', schedule.id)
        .where('sequence', '=', schedule.sequence - 1)
        .where('status', '=', 'active')
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return undefined;
      const ended = await cancelMeetings(trx, schedule.id, cancelled);
      await moveMeetings(trx, schedule, moved);
      await setSettings(trx, schedule);
      await addMeetings(trx, schedule, added);
      await enqueue(trx, news).execute();
      return ended;
    });
  }

  changeOccurrence(
    scheduleId: string,
    meetingId: string,
    { title, startTime, durationMinutes }: OccurrenceChange,
    news: WebhookEvent,
  ): Promise<void> {
    return this.#write(async (trx) => {
      await countUp(trx, scheduleId);
      await trx
        .updateTable('occurrences')
        .set({
          overridden: true,
          ...(durationMinutes === undefined ? {} : { duration_minutes: durationMinutes }),
          ...(startTime === undefined ? {} : { reminded_at: null }),
        })
        .where('meeting_id', '=', meetingId)
        .execute();
      await trx
        .updateTable('meetings')
        .set({
          ...(title === undefined ? {} : { title }),
          ...(startTime === undefined ? {} : { start_time: new Date(startTime) }),
          plan_epoch: sql`plan_epoch + 1`,
        })
        .where('id', '=', meetingId)
        .execute();
      await enqueue(trx, news).execute();
    });
  }

  cancelOccurrence(scheduleId: string, meetingId: string, news: WebhookEvent): Promise<readonly string[]> {
    return this.#write(async (trx) => {
      await trx.selectFrom('schedules').select('id').where('id', '=', scheduleId).forUpdate().execute();
      const ended = await cancelMeetings(trx, scheduleId, [meetingId]);
      if (ended.length === 0) return ended;
      await countUp(trx, scheduleId);
      await enqueue(trx, news).execute();
      return ended;
    });
  }

  cancel(scheduleId: string, news: WebhookEvent): Promise<readonly string[]> {
    return this.#write(async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable('schedules')
        .set({ status: 'cancelled', sequence: sql`sequence + 1` })
        .where('id', '=', scheduleId)
        .where('status', '=', 'active')
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return [];
      const open = await trx
        .selectFrom('occurrences as o')
        .innerJoin('meetings as m', 'm.id', 'o.meeting_id')
        .select('o.meeting_id')
        .where('o.schedule_id', '=', scheduleId)
        .where('m.status', '=', 'scheduled')
        .execute();
      const ids = open.map(({ meeting_id }) => meeting_id);
      const ended = await cancelMeetings(trx, scheduleId, ids);
      await enqueue(trx, news).execute();
      return ended;
    });
  }

  remind(from: number, to: number): Promise<number> {
    return this.#write(async (trx) => {
      const due = await trx
        .selectFrom('occurrences as o')
        .innerJoin('meetings as m', 'm.id', 'o.meeting_id')
        .select(['o.meeting_id', 'o.schedule_id', 'm.title', 'm.start_time'])
        .where('o.reminded_at', 'is', null)
        .where('o.status', '=', 'scheduled')
        .where('m.status', '!=', 'ended')
        .where('m.start_time', '>', new Date(from))
        .where('m.start_time', '<=', new Date(to))
        .limit(mostReminders)
        .forUpdate('o')
        .skipLocked()
        .execute();
      if (due.length === 0) return 0;
      const ids = due.map(({ meeting_id }) => meeting_id);
      await trx.updateTable('occurrences').set({ reminded_at: new Date() }).where('meeting_id', 'in', ids).execute();
      for (const { meeting_id: meetingId, schedule_id: scheduleId, title, start_time: startTime } of due) {
        await enqueue(trx, { type: 'meeting.reminder', meetingId, data: { scheduleId, title, startTime } }).execute();
      }
      return due.length;
    });
  }

  #write<T>(work: (trx: Transaction<Database>) => Promise<T>): Promise<T> {
    return onPostgres(() => this.#db.transaction().execute(work));
  }
}

async function addMeetings(trx: Transaction<Database>, schedule: Schedule, added: readonly Planned[]): Promise<void> {
  if (added.length === 0) return;
  const { id, apiKeyId, hostId, title, mode, settings, passwordHash, durationMinutes } = schedule;
  const meeting = { api_key_id: apiKeyId, host_id: hostId ?? null, title, mode, status: 'scheduled' } as const;
  await trx
    .insertInto('meetings')
    .values(
      added.map(({ meetingId, start }) => ({
        ...meeting,
        id: meetingId,
        start_time: new Date(start),
        settings: JSON.stringify(settings),
        password_hash: passwordHash ?? null,
      })),
    )
    .execute();
  const place = { schedule_id: id, duration_minutes: durationMinutes, status: 'scheduled' } as const;
  await trx
    .insertInto('occurrences')
    .values(added.map(({ meetingId, start }) => ({ ...place, meeting_id: meetingId, original_start: new Date(start) })))
    .execute();
}

/** To the times of a changed schedule, and to what else it says. What is there already is not written again. */
async function moveMeetings(
  trx: Transaction<Database>,
  { title, durationMinutes }: Schedule,
  moved: readonly Planned[],
): Promise<void> {
  const ids = moved.map(({ meetingId }) => meetingId);
  const starts = moved.map(({ start }) => new Date(start));
  const to = sql`unnest(${ids}::uuid[], ${starts}::timestamptz[]) AS t (meeting_id, start)`;
  await sql`
    UPDATE meetings AS m SET title = ${title}, start_time = t.start, plan_epoch = m.plan_epoch + 1
    FROM ${to}
    WHERE m.id = t.meeting_id AND m.status = 'scheduled'
      AND (m.title, m.start_time) IS DISTINCT FROM (${title}::text, t.start)`.execute(trx);
  await sql`
    UPDATE occurrences AS o
    SET original_start = t.start, duration_minutes = ${durationMinutes}, overridden = false,
      reminded_at = CASE WHEN o.original_start = t.start THEN o.reminded_at END
    FROM ${to}
    WHERE o.meeting_id = t.meeting_id
      AND (o.original_start, o.duration_minutes, o.overridden) IS DISTINCT FROM (t.start, ${durationMinutes}::integer, false)`.execute(
    trx,
  );
}

/** Meetings with a title, a time or a length of their own go by the settings of the series all the same. */
async function setSettings(trx: Transaction<Database>, { id, settings, passwordHash }: Schedule): Promise<void> {
  const values = { settings: JSON.stringify(settings), password_hash: passwordHash ?? null };
  await trx
    .updateTable('meetings as m')
    .from('occurrences as o')
    .set({ ...values, plan_epoch: sql`m.plan_epoch + 1` })
    .whereRef('m.id', '=', 'o.meeting_id')
    .where('o.schedule_id', '=', id)
    .where('m.status', '=', 'scheduled')
    .where(
      sql<boolean>`(m.settings, m.password_hash) IS DISTINCT FROM (${values.settings}::jsonb, ${values.password_hash}::text)`,
    )
    .execute();
}

/** A meeting that is cancelled has ended before it began: nobody gets in. One that has begun by now goes on. Returns those that were. */
async function cancelMeetings(
  trx: Transaction<Database>,
  scheduleId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const ended = await trx
    .updateTable('meetings')
    .set({ status: 'ended', ended_at: new Date() })
    .where('id', 'in', ids)
    .where('status', '=', 'scheduled')
    .returning('id')
    .execute();
  const cancelled = ended.map(({ id }) => id);
  if (cancelled.length === 0) return [];
  await trx
    .updateTable('occurrences')
    .set({ status: 'cancelled' })
    .where('schedule_id', '=', scheduleId)
    .where('meeting_id', 'in', cancelled)
    .execute();
  return cancelled;
}

function countUp(trx: Transaction<Database>, scheduleId: string) {
  return trx.updateTable('schedules').set({ sequence: sql`sequence + 1` }).where('id', '=', scheduleId).execute();
}
