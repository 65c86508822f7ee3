import { type Kysely, sql } from 'kysely';

/**
 * For what is looked for again and again in tables that grow, and for references whose rows go. And once more the owners of
 * breakout rooms: the version before made some without, while it ran beside the one that gave them theirs.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    UPDATE meetings AS room SET host_id = main.host_id
      FROM meetings AS main
      WHERE room.parent_id = main.id AND room.host_id IS NULL AND main.host_id IS NOT NULL`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS users_by_room ON users (room_id) WHERE room_id IS NOT NULL`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS user_identities_by_user ON user_identities (user_id)`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS breakout_places_by_room ON breakout_places (room_id)`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS recordings_on_edges ON recordings (id) WHERE edge_id IS NOT NULL`.execute(db);
  await sql`
    CREATE INDEX IF NOT EXISTS recordings_to_compose ON recordings (ended_at)
      WHERE composition IN ('waiting', 'composing') AND deleted_at IS NULL`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS recordings_deleted ON recordings (id) WHERE deleted_at IS NOT NULL`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS recordings_by_end ON recordings (ended_at) WHERE deleted_at IS NULL`.execute(db);
  // Last, as who changes anything else writes down last what is to be told of it.
  await sql`
    CREATE INDEX IF NOT EXISTS webhook_deliveries_done ON webhook_deliveries (created_at)
      WHERE status <> 'pending'`.execute(db);
}
