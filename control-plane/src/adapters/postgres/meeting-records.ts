import { CanopyError } from '@canopy/runtime/errors';
import { readTogether } from '@canopy/runtime/read-together';
import { type Kysely, type Selectable, sql } from 'kysely';
import type {
  Attendance,
  AttendanceRecords,
  MeetingChange,
  MeetingQuery,
  MeetingRecords,
  NewMeeting,
} from '../../app/meetings/ports.ts';
import type { PlanEpochs } from '../../app/planning/ports.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import type { RoleName } from '../../core/meeting/roles.ts';
import { storedSettings } from '../../core/meeting/settings.ts';
import { closeBreakouts } from './breakout-records.ts';
import { hasSqlState, onPostgres } from './database.ts';
import type { Database } from './schema.ts';
import { ago, enqueue } from './webhook-outbox.ts';

/** Meetings looked at in one go, of those that start soon. */
const mostStarting = 1_000;

/** SQLSTATE `foreign_key_violation`. */
const notReferenced = '23503';

/** Meetings, attendance and plan epochs in PostgreSQL. */
export class PostgresMeetingRecords implements MeetingRecords, AttendanceRecords, PlanEpochs {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  create(meeting: NewMeeting): Promise<Meeting> {
    return onPostgres(async () => {
      const row = await this.#db
        .insertInto('meetings')
        .values({
          id: meeting.id,
          api_key_id: meeting.apiKeyId,
          host_id: meeting.hostId ?? null,
          title: meeting.title,
          mode: meeting.mode,
          status: 'scheduled',
          start_time: meeting.startTime === undefined ? null : new Date(meeting.startTime),
          settings: JSON.stringify(meeting.settings),
          password_hash: meeting.passwordHash ?? null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toMeeting(row);
    });
  }

  /** Everybody who joins asks. */
  readonly find = readTogether(
    (meetingId): Promise<Meeting | undefined> =>
      onPostgres(async () => {
        const row = await this.#db.selectFrom('meetings').selectAll().where('id', '=', meetingId).executeTakeFirst();
        return row && toMeeting(row);
      }),
  );

  startingBetween(from: number, to: number): Promise<readonly Meeting[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('meetings')
        .selectAll()
        .where('start_time', '>=', new Date(from))
        .where('start_time', '<=', new Date(to))
        .where('status', '!=', 'ended')
        .where(sql<boolean>`settings ? 'expectedAudience'`)
        .limit(mostStarting)
        .execute();
      return rows.map(toMeeting);
    });
  }

  latest({ status, owner, limit, olderThan, ids }: MeetingQuery): Promise<readonly Meeting[]> {
    return onPostgres(async () => {
      const newest = this.#db
        .selectFrom('meetings')
        .selectAll()
        .where('status', '=', status)
        .where('parent_id', 'is', null)
        .$if(ids !== undefined, (query) => query.where(sql<boolean>`id = ANY(${ids})`))
        .$if(olderThan !== undefined, (query) =>
          query.where(sql<boolean>`(created_at, id) < (SELECT created_at, id FROM meetings WHERE id = ${olderThan})`),
        )
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit);
      const theirs =
        owner === undefined
          ? newest
          : newest
              .where('api_key_id', '=', owner.apiKeyId)
              .$if(owner.hostId !== undefined, (query) => query.where('host_id', '=', owner.hostId ?? null));
      return (await theirs.execute()).map(toMeeting);
    });
  }

  change(meetingId: string, { title, settings, removed, ...more }: MeetingChange): Promise<Meeting | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .updateTable('meetings')
        .set({
          ...(title === undefined ? {} : { title }),
          ...('passwordHash' in more ? { password_hash: more.passwordHash ?? null } : {}),
          settings: sql<string>`(settings || ${JSON.stringify(settings)}::jsonb) - ${[...removed]}::text[]`,
          plan_epoch: sql`plan_epoch + 1`,
        })
        .where('id', '=', meetingId)
        .where('status', '!=', 'ended')
        .returningAll()
        .executeTakeFirst();
      return row && toMeeting(row);
    });
  }

  revokeLinks(meetingId: string): Promise<Meeting | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .updateTable('meetings')
        .set({ link_revision: sql`link_revision + 1` })
        .where('id', '=', meetingId)
        .returningAll()
        .executeTakeFirst();
      return row && toMeeting(row);
    });
  }

  roomsOf(meetingId: string): Promise<readonly string[]> {
    return onPostgres(async () => {
      const rows = await this.#db
        .selectFrom('meetings')
        .select('id')
        .where('parent_id', '=', meetingId)
        .where('status', '!=', 'ended')
        .execute();
      return rows.map(({ id }) => id);
    });
  }

  goLive(meetingId: string): Promise<boolean> {
    return onPostgres(async () => {
      const begun = await this.#db.transaction().execute(async (trx) => {
        const row = await trx
          .updateTable('meetings')
          .set({ status: 'live' })
          .where('id', '=', meetingId)
          .where('status', '=', 'scheduled')
          .returning(['title', 'mode'])
          .executeTakeFirst();
        if (row !== undefined) await enqueue(trx, { type: 'meeting.started', meetingId, data: row }).execute();
        return row !== undefined;
      });
      if (begun) return true;
      return (await this.find(meetingId))?.status === 'live';
    });
  }

  end(meetingId: string): Promise<Meeting | undefined> {
    return onPostgres(async () => {
      const row = await this.#db.transaction().execute(async (trx) => {
        const changed = await trx
          .updateTable('meetings')
          .set({ status: 'ended', ended_at: new Date() })
          .where('id', '=', meetingId)
          .where('status', '!=', 'ended')
          .returning(['title', 'mode'])
          .executeTakeFirst();
        await closeBreakouts(trx, meetingId);
        if (changed !== undefined) await enqueue(trx, { type: 'meeting.ended', meetingId, data: changed }).execute();
        return await trx.selectFrom('meetings').selectAll().where('id', '=', meetingId).executeTakeFirst();
      });
      await this.#db
        .updateTable('participants')
        .set({ left_at: sql<Date>`now()` })
        .where('meeting_id', '=', meetingId)
        .where('left_at', 'is', null)
        .execute();
      return row && toMeeting(row);
    });
  }

  joined({ meetingId, participantId, userId, name, role, edgeId }: Attendance, agoMs: number): Promise<void> {
    return onPostgres(async () => {
      const known = { user_id: userId ?? null, name, role, edge_id: edgeId, left_at: null };
      const data = { participantId, userId, name, role };
      await this.#db
        .with('told', (db) => enqueue(db, { type: 'participant.joined', meetingId, data }, agoMs))
        .insertInto('participants')
        .values({ meeting_id: meetingId, id: participantId, joined_at: ago(agoMs), ...known })
        .onConflict((conflict) => conflict.columns(['meeting_id', 'id']).doUpdateSet(known))
        .execute()
        .catch((error: unknown) => {
          throw hasSqlState(error, notReferenced) ? new CanopyError('MEETING_NOT_FOUND') : error;
        });
    });
  }

  roleChanged(meetingId: string, participantId: string, role: RoleName): Promise<void> {
    return this.#changeParticipant(meetingId, participantId, { role });
  }

  renamed(meetingId: string, participantId: string, name: string): Promise<void> {
    return this.#changeParticipant(meetingId, participantId, { name });
  }

  left(meetingId: string, participantId: string, agoMs: number): Promise<void> {
    return onPostgres(async () => {
      await this.#db
        .with('told', (db) => enqueue(db, { type: 'participant.left', meetingId, data: { participantId } }, agoMs))
        .updateTable('participants')
        .set({ left_at: ago(agoMs) })
        .where('meeting_id', '=', meetingId)
        .where('id', '=', participantId)
        .execute();
    });
  }

  next(meetingId: string, floor: number): Promise<number> {
    return onPostgres(async () => {
      const row = await this.#db
        .updateTable('meetings')
        .set({ plan_epoch: sql`GREATEST(plan_epoch, ${floor}) + 1` })
        .where('id', '=', meetingId)
        .returning('plan_epoch')
        .executeTakeFirst();
      if (row === undefined) throw new CanopyError('MEETING_NOT_FOUND');
      return Number(row.plan_epoch);
    });
  }

  #changeParticipant(meetingId: string, participantId: string, change: { role: RoleName } | { name: string }) {
    return onPostgres(async () => {
      await this.#db
        .updateTable('participants')
        .set(change)
        .where('meeting_id', '=', meetingId)
        .where('id', '=', participantId)
        .execute();
    });
  }
}

function toMeeting(row: Selectable<Database['meetings']>): Meeting {
  return {
    id: row.id,
    apiKeyId: row.api_key_id,
    hostId: row.host_id ?? undefined,
    title: row.title,
    mode: row.mode,
    status: row.status,
    startTime: row.start_time?.getTime(),
    createdAt: row.created_at.getTime(),
    passwordHash: row.password_hash ?? undefined,
    linkRevision: row.link_revision,
    settings: storedSettings.parse(row.settings),
    // An epoch is never given out twice, and a change of the settings takes one.
    revision: Number(row.plan_epoch),
    parentId: row.parent_id ?? undefined,
  };
}
