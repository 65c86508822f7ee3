import type { FastifyRequest } from 'fastify';
import type { Access } from '../app/access/access.ts';
import type { LiveAccess } from '../app/access/live.ts';
import type { Accounts, ForeignUser } from '../app/accounts/accounts.ts';
import type { PasswordResets } from '../app/accounts/password-resets.ts';
import type { PersonalRooms } from '../app/accounts/personal-rooms.ts';
import type { Actor, Audit } from '../app/audit/audit.ts';
import type { Looks } from '../app/audit/looks.ts';
import type { BreakoutRooms } from '../app/breakouts/breakouts.ts';
import type { Chat } from '../app/chat/chat.ts';
import type { Draining } from '../app/edges/draining.ts';
import type { MeshLook } from '../app/edges/mesh.ts';
import type { MeshLog } from '../app/edges/mesh-log.ts';
import type { ClientOrigin } from '../app/edges/placing.ts';
import type { Replicas } from '../app/edges/replicas.ts';
import type { Doorkeeping } from '../app/entry/doorkeeping.ts';
import type { HealthLook } from '../app/health/health.ts';
import type { HttpSessions } from '../app/http-sessions/http-sessions.ts';
import type { Ingest } from '../app/http-sessions/ingest.ts';
import type { Playback } from '../app/http-sessions/playback.ts';
import type { Keys } from '../app/keys/keys.ts';
import type { Links } from '../app/meetings/links.ts';
import type { MeetingList } from '../app/meetings/meeting-list.ts';
import type { Meetings } from '../app/meetings/meetings.ts';
import type { Warming } from '../app/meetings/warming.ts';
import type { BanList } from '../app/moderation/ban-list.ts';
import type { Moderating } from '../app/moderation/moderating.ts';
import type { Rules } from '../app/moderation/rules.ts';
import type { Polls } from '../app/polls/polls.ts';
import type { Questions } from '../app/questions/questions.ts';
import type { Hands } from '../app/reactions/hands.ts';
import type { Reactions } from '../app/reactions/reactions.ts';
import type { RecordingFiles } from '../app/recording/ports.ts';
import type { Recordings } from '../app/recording/recordings.ts';
import type { Registrations } from '../app/registrations/registrations.ts';
import type { Schedules } from '../app/schedules/schedules.ts';
import type { Naming } from '../app/session/naming.ts';
import type { Roles } from '../app/session/roles.ts';
import type { Showing } from '../app/session/showing.ts';
import type { Webhooks } from '../app/webhooks/webhooks.ts';
import type { Principal } from '../core/access/authorize.ts';
import type { EdgeRecord } from '../core/edges/edge-record.ts';
import type { GeoPoint, PlacementDecision } from '../core/placement/types.ts';
import type { Occurrence, Schedule } from '../core/schedule/schedule.ts';
import { sessionOf } from './sessions.ts';

/** What REST routes use. */
export interface HttpDeps {
  access: Access;
  keys: Keys;
  audit: Pick<Audit, 'during' | 'duringOfOperators' | 'page'>;
  looks: Pick<Looks, 'during' | 'duringList'>;
  meetings: Meetings;
  meetingList: MeetingList;
  warming: Warming;
  roles: Roles;
  ingest: Pick<Ingest, 'start'>;
  playback: Pick<Playback, 'start'>;
  httpSessions: Pick<HttpSessions, 'patch' | 'end'>;
  recordings: Recordings;
  /** Where their files are; undefined: they are not handed out here. */
  recordingFiles: RecordingFiles | undefined;
  moderating: Moderating;
  banList: Pick<BanList, 'list' | 'lift'>;
  rules: Rules;
  doorkeeping: Doorkeeping;
  live: Pick<LiveAccess, 'caller' | 'require'>;
  chat: Pick<Chat, 'post' | 'edit' | 'erase' | 'react' | 'page'>;
  hands: Pick<Hands, 'raise' | 'lower'>;
  naming: Pick<Naming, 'rename' | 'prepare'>;
  reactions: Pick<Reactions, 'send'>;
  showing: Pick<Showing, 'spotlight'>;
  links: Links;
  questions: Questions;
  polls: Polls;
  breakouts: BreakoutRooms;
  accounts: Accounts;
  passwordResets: PasswordResets;
  personalRooms: PersonalRooms;
  schedules: Schedules;
  registrations: Pick<Registrations, 'register' | 'list' | 'cancel'>;
  webhooks: Webhooks;
  /** A schedule as an .ics file, with the link that guests follow. */
  calendarFile(schedule: Schedule, occurrences: readonly Occurrence[], link: string): string;
  mesh: MeshLook;
  health: Pick<HealthLook, 'look'>;
  meshLog: Pick<MeshLog, 'read'>;
  /** Where somebody would be placed who is the first in a meeting. */
  foresee(client: ClientOrigin): PlacementDecision;
  replicas: Pick<Replicas, 'expected'>;
  draining: Draining;
  edges: {
    list(): readonly EdgeRecord[];
    get(edgeId: string): EdgeRecord | undefined;
    location(region: string): GeoPoint | undefined;
  };
  regionName(region: string): string;
  openAccess: boolean;
  /** Strangers may make accounts. */
  signUp: boolean;
  /** Where people may sign in besides. */
  oidc: { name: string; provider: SignInProvider } | undefined;
  /** The origin people open; undefined: the one a request came to. */
  publicUrl: string | undefined;
  clientsBelieved: boolean;
  /** Throw RATE_LIMITED when an address asks the API, or for pages and files, too much. */
  admit(address: string): Promise<void>;
  admitReader(address: string): Promise<void>;
  /** The same for a key, a user or a participant, from wherever they ask. */
  admitCaller(principal: Principal): Promise<void>;
  /** The same for who makes one more meeting; `strangerAt`: the address of who shows nothing, where everybody may. */
  admitMeeting(principal: Principal, strangerAt: string | undefined): Promise<void>;
  readiness(): Promise<Readiness>;
  metrics: { contentType: string; metrics(): Promise<string> };
}

/** A provider of OpenID Connect. */
interface SignInProvider {
  /** Where to send the browser, and what it has to keep meanwhile. */
  begin(redirectUri: string): Promise<{ url: string; flow: SignInFlow }>;
  /** Whom the provider vouches for, in the address it sent the browser back to. Errors: SIGN_IN_REQUIRED, it vouches for nobody; STATE_UNAVAILABLE. */
  finish(address: URL, flow: SignInFlow): Promise<ForeignUser>;
}

interface SignInFlow {
  state: string;
  nonce: string;
  verifier: string;
}

/** Which of the services answer. */
export interface Readiness {
  ready: boolean;
  database: boolean;
  redis: boolean;
  bus: boolean;
}

/** Who asks, and has not asked too much. Errors: TOKEN_INVALID, RATE_LIMITED, STATE_UNAVAILABLE. */
export async function principalOf(
  { access, admitCaller }: Pick<HttpDeps, 'access' | 'admitCaller'>,
  request: FastifyRequest,
): Promise<Principal> {
  const principal = await access.principal(request.headers.authorization, sessionOf(request));
  await admitCaller(principal);
  return principal;
}

/** The same with where they ask from, for what is noted. */
export async function actorOf(deps: Pick<HttpDeps, 'access' | 'admitCaller'>, request: FastifyRequest): Promise<Actor> {
  return { principal: await principalOf(deps, request), address: request.ip };
}
