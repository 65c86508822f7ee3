import type { ColumnType, Generated } from 'kysely';
import type { MeetingStatus } from '../../core/meeting/meeting.ts';
import type { MeetingMode, RoleName } from '../../core/meeting/roles.ts';

type Json = ColumnType<unknown, string, string>;
type Timestamp = ColumnType<Date, Date, Date>;

/** The tables as kysely sees them; the migrations make them. */
export interface Database {
  api_keys: {
    id: string;
    /** SHA-256 of the secret, hex. The secret has 128 bits or more, so no slow hash is needed. */
    secret_hash: string;
    /** Signs join tokens; derived from the secret, which it does not reveal. */
    signing_secret: string;
    created_at: ColumnType<Date, never, never>;
  };
  meetings: {
    id: string;
    api_key_id: string;
    /** The customer's id of the person the meeting belongs to. */
    host_id: string | null;
    title: string;
    mode: MeetingMode;
    status: MeetingStatus;
    start_time: Timestamp | null;
    settings: Json;
    /** The highest plan epoch given out. */
    plan_epoch: Generated<ColumnType<string, number, number>>;
    /** The main meeting, of a breakout room. */
    parent_id: Generated<string | null>;
    /** Its place among the rooms. */
    room_number: Generated<number | null>;
    created_at: ColumnType<Date, never, never>;
    ended_at: Timestamp | null;
  };
  breakouts: {
    /** The main meeting. */
    meeting_id: string;
    self_chosen: boolean;
    created_at: Timestamp;
    opened_at: Timestamp | null;
    closes_at: Timestamp | null;
    closed_at: Timestamp | null;
  };
  breakout_places: {
    meeting_id: string;
    participant_id: string;
    name: string;
    room_id: string;
    asks_for_help: boolean;
  };
  participants: {
    meeting_id: string;
    id: string;
    user_id: string | null;
    name: string;
    role: RoleName;
    edge_id: string;
    joined_at: Timestamp;
    left_at: Timestamp | null;
  };
}
