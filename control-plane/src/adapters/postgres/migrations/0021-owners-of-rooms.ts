import { type Kysely, sql } from 'kysely';

/** Breakout rooms belong to whom their main meetings belong to. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    UPDATE meetings AS room SET host_id = main.host_id
      FROM meetings AS main
      WHERE room.parent_id = main.id AND room.host_id IS DISTINCT FROM main.host_id`.execute(db);
}
