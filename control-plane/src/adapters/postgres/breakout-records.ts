import { type Kysely, type Selectable, sql } from 'kysely';
import type { BreakoutRecords, BreakoutsChange, LeftRoom } from '../../app/breakouts/ports.ts';
import type { BreakoutRoom, Breakouts, Place } from '../../core/breakouts/breakouts.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

/** After closing: how long people have to come back from lost connections, and how long those who were away may learn of it. */
const returnTime = sql<string>`interval '1 minute'`;
const rememberedTime = sql<string>`interval '10 minutes'`;

/** Breakout rooms in PostgreSQL. A room is a meeting; those of one round were made in one transaction, and so share its time. */
export class PostgresBreakoutRecords implements BreakoutRecords {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  list(meetingIds: readonly string[]): Promise<readonly Breakouts[]> {
    return onPostgres(() => this.#read(meetingIds));
  }

  find(meetingId: string): Promise<Breakouts | undefined> {
    return onPostgres(async () => (await this.#read([meetingId]))[0]);
  }

  create(main: Meeting, rooms: readonly BreakoutRoom[], selfChosen: boolean): Promise<boolean> {
    return onPostgres(() =>
      this.#db.transaction().execute(async (db) => {
        const now = sql<Date>`now()`;
        const fresh = { self_chosen: selfChosen, created_at: now, opened_at: null, closes_at: null, closed_at: null };
        const begun = await db
          .insertInto('breakouts')
          .values({ meeting_id: main.id, ...fresh })
          .onConflict((conflict) =>
            conflict.column('meeting_id').doUpdateSet(fresh).where('breakouts.closed_at', 'is not', null),
          )
          .returning('meeting_id')
          .executeTakeFirst();
        if (begun === undefined) return false;
        await db.deleteFrom('breakout_places').where('meeting_id', '=', main.id).execute();
        await db
          .insertInto('meetings')
          .values(rooms.map((room, index) => roomRow(main, room, index)))
          .execute();
        return true;
      }),
    );
  }

  change(meetingId: string, { open, selfChosen, closesInMs }: BreakoutsChange): Promise<void> {
    return onPostgres(async () => {
      const set = {
        ...(open ? { opened_at: sql<Date>`COALESCE(opened_at, now())` } : {}),
        ...(selfChosen === undefined ? {} : { self_chosen: selfChosen }),
        ...(closesInMs === undefined ? {} : { closes_at: closesInMs === null ? null : inMs(closesInMs) }),
      };
      if (Object.keys(set).length === 0) return;
      await this.#db
        .updateTable('breakouts')
        .set(set)
        .where('meeting_id', '=', meetingId)
        .where('closed_at', 'is', null)
        .execute();
    });
  }

  places(meetingId: string): Promise<readonly Place[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('breakout_places')
        .selectAll()
        .where('meeting_id', '=', meetingId)
        .orderBy('name')
        .orderBy('participant_id')
        .execute();
      return rows.map(toPlace);
    });
  }

  place(meetingId: string, participantId: string): Promise<Place | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .selectFrom('breakout_places')
        .selectAll()
        .where('meeting_id', '=', meetingId)
        .where('participant_id', '=', participantId)
        .executeTakeFirst();
      return row && toPlace(row);
    });
  }

  assign(
    meetingId: string,
    assignments: readonly { participantId: string; name: string; roomId: string | undefined }[],
  ): Promise<void> {
    return onPostgres(() =>
      this.#db.transaction().execute(async (db) => {
        const rows = assignments.flatMap(({ participantId, name, roomId }) =>
          roomId === undefined
            ? []
            : [{ meeting_id: meetingId, participant_id: participantId, name, room_id: roomId, asks_for_help: false }],
        );
        const taken = assignments
          .filter(({ roomId }) => roomId === undefined)
          .map(({ participantId }) => participantId);
        if (taken.length > 0) {
          await db
            .deleteFrom('breakout_places')
            .where('meeting_id', '=', meetingId)
            .where('participant_id', 'in', taken)
            .execute();
        }
        if (rows.length === 0) return;
        await db
          .insertInto('breakout_places')
          .values(rows)
          .onConflict((conflict) =>
            conflict.columns(['meeting_id', 'participant_id']).doUpdateSet((row) => ({
              name: row.ref('excluded.name'),
              room_id: row.ref('excluded.room_id'),
              asks_for_help: false,
            })),
          )
          .execute();
      }),
    );
  }

  askForHelp(meetingId: string, participantId: string, wanted: boolean): Promise<void> {
    return onPostgres(async () => {
      await this.#db
        .updateTable('breakout_places')
        .set({ asks_for_help: wanted })
        .where('meeting_id', '=', meetingId)
        .where('participant_id', '=', participantId)
        .execute();
    });
  }

  helped(meetingId: string, roomId: string): Promise<void> {
    return onPostgres(async () => {
      await this.#db
        .updateTable('breakout_places')
        .set({ asks_for_help: false })
        .where('meeting_id', '=', meetingId)
        .where('room_id', '=', roomId)
        .execute();
    });
  }

  close(meetingId: string): Promise<void> {
    return onPostgres(() => closeBreakouts(this.#db, meetingId));
  }

  closeDue(): Promise<readonly string[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .updateTable('breakouts')
        .set({ closed_at: sql<Date>`now()` })
        .where('closes_at', '<=', sql<Date>`now()`)
        .where('opened_at', 'is not', null)
        .where('closed_at', 'is', null)
        .returning('meeting_id')
        .execute();
      return rows.map((row) => row.meeting_id);
    });
  }

  leftRooms(): Promise<readonly LeftRoom[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('meetings')
        .innerJoin('breakouts', 'breakouts.meeting_id', 'meetings.parent_id')
        .where('meetings.status', '!=', 'ended')
        .where((where) =>
          where.or([
            where('breakouts.closed_at', 'is not', null),
            where('meetings.created_at', '<', where.ref('breakouts.created_at')),
          ]),
        )
        .select(['meetings.id', isOverdue.as('overdue')])
        .execute();
      return rows;
    });
  }

  forget(): Promise<void> {
    return onPostgres(async () => {
      await this.#db.deleteFrom('breakouts').where('closed_at', '<', sql<Date>`now() - ${rememberedTime}`).execute();
    });
  }

  async #read(meetingIds: readonly string[]): Promise<Breakouts[]> {
    if (meetingIds.length === 0) return [];
    const rows = await this.#db
      .selectFrom('breakouts')
      .selectAll()
      .where(sql<boolean>`meeting_id = ANY (${[...meetingIds]}::uuid[])`)
      .execute();
    if (rows.length === 0) return [];
    const rooms = await this.#db
      .selectFrom('meetings')
      .innerJoin('breakouts', 'breakouts.meeting_id', 'meetings.parent_id')
      .whereRef('meetings.created_at', '=', 'breakouts.created_at')
      .where('meetings.status', '!=', 'ended')
      .where(
        'breakouts.meeting_id',
        'in',
        rows.map((row) => row.meeting_id),
      )
      .orderBy('meetings.room_number')
      .select(['breakouts.meeting_id as mainId', 'meetings.id as id', 'meetings.title as name'])
      .execute();
    const byMain = Map.groupBy(rooms, ({ mainId }) => mainId);
    return rows.map((row) => toBreakouts(row, byMain.get(row.meeting_id) ?? []));
  }
}

/** Brings everybody back; nothing if there are no rooms, or they are closed. */
export async function closeBreakouts(db: Kysely<Database>, meetingId: string): Promise<void> {
  await db
    .updateTable('breakouts')
    .set({ closed_at: sql<Date>`now()` })
    .where('meeting_id', '=', meetingId)
    .where('closed_at', 'is', null)
    .execute();
}

const isOverdue = sql<boolean>`COALESCE(breakouts.closed_at, breakouts.created_at) < now() - ${returnTime}`;

function inMs(ms: number) {
  return sql<Date>`now() + make_interval(secs => ${ms / 1_000})`;
}

function roomRow({ id, apiKeyId, hostId, settings }: Meeting, room: BreakoutRoom, index: number) {
  const { expectedAudience: _, ...inherited } = settings;
  return {
    id: room.id,
    api_key_id: apiKeyId,
    host_id: hostId ?? null,
    title: room.name,
    mode: 'meeting' as const,
    status: 'live' as const,
    start_time: null,
    settings: JSON.stringify(inherited),
    parent_id: id,
    room_number: index,
  };
}

function toBreakouts(row: Selectable<Database['breakouts']>, rooms: readonly BreakoutRoom[]): Breakouts {
  const phase = row.closed_at !== null ? 'closed' : row.opened_at !== null ? 'open' : 'prepared';
  return {
    meetingId: row.meeting_id,
    phase,
    selfChosen: row.self_chosen,
    rooms: rooms.map(({ id, name }) => ({ id, name })),
    closesAt: row.closes_at?.getTime(),
  };
}

function toPlace(row: Selectable<Database['breakout_places']>): Place {
  return {
    participantId: row.participant_id,
    name: row.name,
    roomId: row.room_id,
    asksForHelp: row.asks_for_help,
  };
}
