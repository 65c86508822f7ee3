import { AccountApi } from './account/account-api.ts';
import type {
  BreakoutsAssignment,
  BreakoutsChange,
  BreakoutsInfo,
  EdgeProgress,
  JoinToken,
  ListedMeeting,
  MeetingChange,
  MeetingInfo,
  MeetingInvitation,
  MeetingLink,
  MeetingPlan,
  Mesh,
  NewBreakouts,
  NewMeeting,
  NewToken,
  PresentParticipant,
  ServerConfig,
  ShortlistedEdge,
} from './api-types.ts';
import { ChatApi } from './chat/chat-api.ts';
import { KeysApi } from './keys/keys-api.ts';
import { ModerationApi } from './moderation/moderation-api.ts';
import { OperatorsApi, type PlacementDecision } from './operators/operators-api.ts';
import { meetingPath, queryOf } from './paths.ts';
import { RegistrationsApi } from './planning/registrations-api.ts';
import { ScheduleApi } from './planning/schedule-api.ts';
import { PollsApi } from './polls/polls-api.ts';
import { QuestionsApi } from './questions/questions-api.ts';
import { ReactionsApi } from './reactions/reactions-api.ts';
import { RecordingApi } from './recording/recording-api.ts';
import { type ApiOptions, type Call, restCalls } from './rest.ts';
import type { RoleName } from './roles.ts';
import { WebhookApi } from './webhooks/webhook-api.ts';

/** The REST API. Every method rejects with a `CanopyError`: the server's, or a retryable one when it can't be reached. */
export class Api {
  readonly account: AccountApi;
  readonly chat: ChatApi;
  readonly keys: KeysApi;
  readonly moderation: ModerationApi;
  readonly reactions: ReactionsApi;
  readonly operators: OperatorsApi;
  readonly polls: PollsApi;
  readonly questions: QuestionsApi;
  readonly recordings: RecordingApi;
  readonly registrations: RegistrationsApi;
  readonly schedules: ScheduleApi;
  readonly webhooks: WebhookApi;
  readonly #call: Call;

  constructor(options: ApiOptions) {
    this.#call = restCalls(options);
    this.account = new AccountApi(this.#call);
    this.chat = new ChatApi(this.#call);
    this.keys = new KeysApi(this.#call);
    this.moderation = new ModerationApi(this.#call);
    this.reactions = new ReactionsApi(this.#call);
    this.operators = new OperatorsApi(this.#call);
    this.polls = new PollsApi(this.#call);
    this.questions = new QuestionsApi(this.#call);
    this.recordings = new RecordingApi(this.#call, options.url);
    this.registrations = new RegistrationsApi(this.#call);
    this.schedules = new ScheduleApi(this.#call);
    this.webhooks = new WebhookApi(this.#call);
  }

  /** Any operation of `GET /v1/openapi.json`, also one that has no method here. `path` with its query, such as `/v1/meetings?status=ended`. */
  request<Answer>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<Answer> {
    return this.#call(method, path, body);
  }

  getConfig(): Promise<ServerConfig> {
    return this.#call('GET', '/v1/config');
  }

  createMeeting(meeting: NewMeeting): Promise<MeetingInfo> {
    return this.#call('POST', '/v1/meetings', meeting);
  }

  /** The newest first: one's own, for an operator everybody's. `limit` is at most 100, by default 50. */
  listMeetings({
    status = 'live',
    inhabited = false,
    limit = 50,
    cursor,
  }: {
    status?: MeetingInfo['status'];
    /** Only those that somebody is in. */
    inhabited?: boolean;
    limit?: number;
    /** `nextCursor` of the page before. */
    cursor?: string | undefined;
  } = {}): Promise<{ meetings: ListedMeeting[]; nextCursor: string | null }> {
    const query = queryOf({ status, limit, cursor, inhabited: inhabited || undefined });
    return this.#call('GET', `/v1/meetings${query}`);
  }

  getMeeting(meetingId: string): Promise<MeetingInfo> {
    return this.#call('GET', meetingPath(meetingId));
  }

  /** What whoever has its link may know of a meeting before coming in. */
  getInvitation(meetingId: string): Promise<MeetingInvitation> {
    return this.#call('GET', meetingPath(meetingId, 'invitation'));
  }

  changeMeeting(meetingId: string, change: MeetingChange): Promise<MeetingInfo> {
    return this.#call('PATCH', meetingPath(meetingId), change);
  }

  changeRole(meetingId: string, participantId: string, role: RoleName): Promise<PresentParticipant> {
    const path = meetingPath(meetingId, 'participants', participantId);
    return this.#call('PATCH', path, { role });
  }

  createToken(meetingId: string, token: NewToken): Promise<JoinToken> {
    return this.#call('POST', meetingPath(meetingId, 'tokens'), token);
  }

  /** Links by role: those that the caller may give out, the one with the most rights first. */
  async listLinks(meetingId: string): Promise<MeetingLink[]> {
    const path = meetingPath(meetingId, 'links');
    return (await this.#call<{ links: MeetingLink[] }>('GET', path)).links;
  }

  /** All links given out so far lead nowhere any more; resolves with new ones. */
  async revokeLinks(meetingId: string): Promise<MeetingLink[]> {
    const path = meetingPath(meetingId, 'links', 'revoke');
    return (await this.#call<{ links: MeetingLink[] }>('POST', path)).links;
  }

  /** Who is where. Rejects with BREAKOUTS_NOT_FOUND. */
  getBreakouts(meetingId: string): Promise<BreakoutsInfo> {
    return this.#call('GET', meetingPath(meetingId, 'breakouts'));
  }

  createBreakouts(meetingId: string, breakouts: NewBreakouts): Promise<BreakoutsInfo> {
    return this.#call('POST', meetingPath(meetingId, 'breakouts'), breakouts);
  }

  changeBreakouts(meetingId: string, change: BreakoutsChange): Promise<BreakoutsInfo> {
    return this.#call('PATCH', meetingPath(meetingId, 'breakouts'), change);
  }

  assignBreakouts(meetingId: string, assignment: BreakoutsAssignment): Promise<BreakoutsInfo> {
    return this.#call('POST', meetingPath(meetingId, 'breakouts', 'assign'), assignment);
  }

  broadcastToBreakouts(meetingId: string, message: { text: string; fromName?: string }): Promise<void> {
    return this.#call('POST', meetingPath(meetingId, 'breakouts', 'broadcast'), message);
  }

  /** With the join token of somebody who is in the meeting or one of its rooms: goes to a room, or back (null). */
  chooseBreakout(meetingId: string, roomId: string | null): Promise<void> {
    return this.#call('POST', meetingPath(meetingId, 'breakouts', 'choose'), { roomId });
  }

  /** With a join token, as above: asks the hosts to come, or takes that back. */
  askForHelp(meetingId: string, wanted: boolean): Promise<void> {
    return this.#call('POST', meetingPath(meetingId, 'breakouts', 'help'), { wanted });
  }

  closeBreakouts(meetingId: string): Promise<void> {
    return this.#call('POST', meetingPath(meetingId, 'breakouts', 'close'));
  }

  endMeeting(meetingId: string): Promise<MeetingInfo> {
    return this.#call('POST', meetingPath(meetingId, 'end'));
  }

  /** The edges a client may be placed on, the likeliest first: `measureRtts` takes them. */
  async getShortlist(meetingId: string): Promise<ShortlistedEdge[]> {
    const path = meetingPath(meetingId, 'edges', 'shortlist');
    return (await this.#call<{ edges: ShortlistedEdge[] }>('GET', path)).edges;
  }

  /** The edge that the caller would be placed on now, and why; candidates are for whom the meeting belongs to. `from`: where the caller says it is, heeded only by servers that allow it. Rejects with NO_EDGE_AVAILABLE. */
  chooseEdge(
    meetingId: string,
    from: { latitude?: number; longitude?: number } = {},
  ): Promise<{ edge: { id: string; region: string }; decision: PlacementDecision }> {
    return this.#call('GET', `${meetingPath(meetingId, 'sfu')}${queryOf(from)}`);
  }

  getPlan(meetingId: string): Promise<MeetingPlan> {
    return this.#call('GET', meetingPath(meetingId, 'plan'));
  }

  getEdge(edgeId: string): Promise<EdgeProgress> {
    return this.#call('GET', `/v1/edges/${encodeURIComponent(edgeId)}`);
  }

  getMesh(): Promise<Mesh> {
    return this.#call('GET', '/v1/mesh');
  }
}
