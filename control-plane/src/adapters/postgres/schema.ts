import type { ColumnType, Generated } from 'kysely';
import type { ChatScopeName } from '../../core/chat/message.ts';
import type { MeetingStatus } from '../../core/meeting/meeting.ts';
import type { MeetingMode, RoleName } from '../../core/meeting/roles.ts';
import type { PollStatusName } from '../../core/polls/poll.ts';
import type { QuestionStatusName } from '../../core/questions/question.ts';
import type { CompositionStatus } from '../../core/recording/composition.ts';
import type { RecordingStatus } from '../../core/recording/recording.ts';

type Json = ColumnType<unknown, string, string>;
type Timestamp = ColumnType<Date, Date, Date>;

/** The tables as kysely sees them; the migrations make them. */
export interface Database {
  api_keys: {
    id: string;
    /** SHA-256 of the secret, hex. The secret has 128 bits or more, so no slow hash is needed. */
    secret_hash: string;
    /** Signs join tokens; derived from the secret, which it does not reveal. As crypto/sealer.ts keeps it. */
    signing_secret: string;
    /** For people. */
    name: Generated<string>;
    scopes: Generated<string[]>;
    /** Made over the API, and not by the installation's settings. */
    made_by_operator: Generated<boolean>;
    expires_at: Timestamp | null;
    revoked_at: Timestamp | null;
    rotated_at: Timestamp | null;
    /** Those before the last rotation, good until then. */
    previous_secret_hash: string | null;
    previous_signing_secret: string | null;
    previous_until: Timestamp | null;
    created_at: ColumnType<Date, never, never>;
  };
  audit_log: {
    id: Generated<string>;
    at: ColumnType<Date, never, never>;
    actor: string;
    address: string;
    action: string;
    target: string;
    details: Json;
    /** The code of an error. */
    failed: string | null;
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
    /** As scrypt makes it, with its salt. */
    password_hash: string | null;
    /** Links given out under a lower one are worth nothing any more. */
    link_revision: Generated<number>;
  };
  bans: {
    meeting_id: string;
    participant_id: string;
    /** The customer's id of the person, who may come back as another participant. */
    user_id: string | null;
    /** Of the network they came from. */
    network_hash: string | null;
    banned_at: ColumnType<Date, never, never>;
  };
  registrations: {
    meeting_id: string;
    id: string;
    /** Grows with each registration of the installation. */
    sequence: ColumnType<string, never, never>;
    name: string;
    email: string;
    registered_at: ColumnType<Date, never, never>;
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
  recordings: {
    id: string;
    meeting_id: string;
    status: RecordingStatus;
    /** Where it is recorded now; null while no edge could take it. */
    edge_id: string | null;
    /** RecordingPart[] */
    parts: Json;
    error_code: string | null;
    started_at: Timestamp;
    ended_at: Timestamp | null;
    /** Nobody sees it any more; its files are still to be taken away. */
    deleted_at: ColumnType<Date | null, never, Date>;
    /** Of its status: the higher the later. */
    revision: ColumnType<string, number, number>;
    told_revision: ColumnType<string, never, number>;
    composition: Generated<CompositionStatus>;
    progress: Generated<number>;
    composition_error: ColumnType<string | null, never, string | null>;
    attempts: Generated<number>;
    /** Times it was taken by a process that was not heard of again. */
    lost_claims: Generated<number>;
    /** Since when what it needs has been away. */
    failing_since: ColumnType<Date | null, never, Date | null>;
    /** The process that composes it, which renews its lease. */
    composer: ColumnType<string | null, never, string | null>;
    lease_until: ColumnType<Date | null, never, Date | null>;
    file_bytes: ColumnType<number | null, never, number>;
    duration_ms: ColumnType<number | null, never, number>;
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
  chat_messages: {
    meeting_id: string;
    id: string;
    /** Grows with each message of the installation. */
    sequence: ColumnType<string, never, never>;
    /** Null: written by the owner of the meeting through the API. */
    sender_id: string | null;
    sender_name: string;
    scope: ChatScopeName;
    recipient_id: string | null;
    recipient_name: string | null;
    reply_to: string | null;
    /** Empty once it is deleted. */
    text: string;
    sent_at: ColumnType<Date, never, never>;
    edited_at: ColumnType<Date | null, never, Date>;
    deleted_at: ColumnType<Date | null, never, Date>;
  };
  chat_reactions: {
    meeting_id: string;
    message_id: string;
    emoji: string;
    participant_id: string;
  };
  questions: {
    meeting_id: string;
    id: string;
    /** Grows with each question of the installation. */
    sequence: ColumnType<string, never, never>;
    asker_id: string;
    /** Empty of anonymous ones. */
    asker_name: string;
    anonymous: boolean;
    text: string;
    asked_at: ColumnType<Date, never, never>;
    status: Generated<QuestionStatusName>;
    answer: Generated<string>;
    answered_by: Generated<string>;
    /** How many rows `question_votes` has of it. */
    votes: Generated<number>;
  };
  question_votes: {
    meeting_id: string;
    question_id: string;
    participant_id: string;
  };
  polls: {
    meeting_id: string;
    id: string;
    /** Grows with each poll of the installation. */
    sequence: ColumnType<string, never, never>;
    question: string;
    options: string[];
    multiple: boolean;
    anonymous: boolean;
    status: Generated<PollStatusName>;
    /** Of a closed one: how many chose each option. */
    counts: number[] | null;
    voters: number | null;
  };
  poll_votes: {
    meeting_id: string;
    poll_id: string;
    participant_id: string;
    name: string;
    /** Indexes of options. */
    choices: number[];
  };
  users: {
    id: string;
    email: string | null;
    handle: string;
    name: string;
    language: string | null;
    /** PHC string. */
    password_hash: string | null;
    /** Their personal room, as long as it is not ended. */
    room_id: string | null;
    created_at: ColumnType<Date, never, never>;
  };
  user_identities: { issuer: string; subject: string; user_id: string };
  user_sessions: {
    /** SHA-256 of the cookie's value, hex. */
    token_hash: string;
    user_id: string;
    created_at: ColumnType<Date, never, never>;
    expires_at: Timestamp;
  };
  password_resets: {
    /** SHA-256 of what the link carries, hex. */
    token_hash: string;
    user_id: string;
    expires_at: Timestamp;
  };
  schedules: {
    id: string;
    api_key_id: string;
    host_id: string | null;
    title: string;
    mode: MeetingMode;
    time_zone: string;
    /** A time on the wall there, such as 2027-03-28T10:00. */
    start: string;
    /** Without UNTIL in UTC: see core/schedule/recurrence.ts. */
    recurrence: string | null;
    duration_minutes: number;
    settings: Json;
    /** Of the password that each of its meetings asks for. */
    password_hash: string | null;
    sequence: Generated<number>;
    status: 'active' | 'cancelled';
    created_at: ColumnType<Date, never, never>;
  };
  /** Meetings of schedules; title and time of each are in `meetings`. */
  occurrences: {
    schedule_id: string;
    meeting_id: string;
    original_start: Timestamp;
    duration_minutes: number;
    status: 'scheduled' | 'cancelled';
    overridden: Generated<boolean>;
    reminded_at: Timestamp | null;
  };
  webhooks: {
    id: string;
    api_key_id: string;
    host_id: string | null;
    url: string;
    /** `whsec_…`, as receivers need it; as crypto/sealer.ts keeps it. */
    secret: string;
    /** None named: everything. `removed`: it is called no more, and its rows go. */
    events: string[];
    created_at: ColumnType<Date, never, never>;
  };
  /** The outbox: one row for each event and webhook that is told of it. */
  webhook_deliveries: {
    id: Generated<string>;
    webhook_id: string;
    type: string;
    payload: string;
    status: 'pending' | 'delivered' | 'failed';
    attempts: Generated<number>;
    created_at: Generated<Date>;
    /** When it was first offered, or last replayed. */
    offered_at: Generated<Date>;
    /** While somebody tries, when another may. */
    next_attempt_at: Generated<Date>;
  };
  /** Recordings whose rows are gone while their files may still be there. */
  recordings_left: {
    id: string;
    left_at: Generated<Date>;
  };
  webhook_attempts: {
    delivery_id: string;
    at: Generated<Date>;
    http_status: number | null;
    error: string | null;
    duration_ms: number;
  };
}
