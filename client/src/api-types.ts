/** Bodies of the REST API (`GET /v1/openapi.json` has all of it). Times are ISO 8601. */

import type { LobbyModeName, QuestionModeName } from './moderation/moderation.ts';
import type { RoleName } from './roles.ts';

export type { RoleName };

export interface Region {
  id: string;
  /** For people, such as "Frankfurt". */
  name: string;
  /** Degrees. */
  latitude: number;
  longitude: number;
}

export interface ServerConfig {
  /** Meetings and tokens can be made without an API key. */
  openAccess: boolean;
  /** Strangers may make accounts with a password. */
  signUp: boolean;
  /** The name of a provider at which people sign in besides. */
  signInWith: string | null;
  /** `JoinOptions.location` is heeded. */
  clientLocation: boolean;
  /** Regions that have edges. */
  regions: Region[];
}

/** What a meeting's owner may set. All are optional, and others are kept as they are, for your own program. */
export interface MeetingSettings {
  /** Regions the media may be in; empty or absent: everywhere. */
  allowedRegions?: string[];
  /** Viewers by region; given with a start time, edges there are prepared ten minutes before. */
  expectedAudience?: Record<string, number>;
  /** Nobody new comes in but hosts. */
  locked?: boolean;
  /** Who waits at the door until a host or cohost lets them in. */
  lobby?: LobbyModeName;
  /** False: who is muted is heard again only when a host or cohost asks. */
  mayUnmute?: boolean;
  /** A webinar that has not begun for its audience. */
  backstage?: boolean;
  /** How many may be in it at once. */
  capacity?: number;
  /** Of a webinar: who comes to watch registers first, of whom there are at most `limit`. */
  registration?: { limit?: number };
  /** Asked of everybody but hosts. Never told: `hasPassword` says that there is one. */
  password?: string;
  /** Whom attendees may write to; by default everyone. */
  chat?: 'everyone' | 'panelists' | 'off';
  /** By default everyone asks, and sees what others ask. */
  questions?: QuestionModeName;
  anonymousQuestions?: boolean;
  /** Guests come in so long before the start time, and not earlier; absent: whenever they like. */
  earlyJoinMinutes?: number;
  /** No server can see or hear the meeting. Decided when it is created. */
  endToEndEncrypted?: boolean;
  /** For operators: bounds of the ways that media takes (`GET /v1/openapi.json` has them). */
  routing?: Record<string, unknown>;
  [other: string]: unknown;
}

export interface NewMeeting {
  title?: string;
  /** Default `meeting`. In a webinar attendees watch and everyone else is on stage. */
  mode?: 'meeting' | 'webinar';
  startTime?: string;
  settings?: MeetingSettings;
}

export interface MeetingChange {
  title?: string;
  /** Each replaces the one of its name; null removes it. */
  settings?: { [Name in keyof MeetingSettings]: MeetingSettings[Name] | null };
}

export interface PresentParticipant {
  id: string;
  name: string;
  role: RoleName;
  edge: { id: string; region: string };
  connected: boolean;
}

/** Who is in a meeting at one moment; of a webinar the stage, of a large meeting all but its crowd. */
export interface PeoplePresent {
  participants: (PresentParticipant & {
    /** Before everybody's eyes. */
    spotlight: boolean;
    /** What they send, in the order of publication. */
    tracks: { id: string; source: 'microphone' | 'camera' | 'screen' | 'screen-audio'; muted: boolean }[];
  })[];
  /** Attendees of a webinar, or that crowd, who are listed apart. */
  attendeeCount: number;
  /** In the order of raising, those of a webinar's audience among them. */
  hands: { participantId: string; name: string }[];
}

export interface MeetingInfo {
  id: string;
  title: string;
  mode: 'meeting' | 'webinar';
  status: 'scheduled' | 'live' | 'ended';
  startTime: string | null;
  createdAt: string;
  /** Empty for who has a join token only, and does not manage the meeting. */
  settings: MeetingSettings;
  /** Who joins is asked for a password. */
  hasPassword: boolean;
  /** Only from `getMeeting`. */
  participantCount?: number;
}

/** A meeting and where the people in it are. */
export interface ListedMeeting extends MeetingInfo {
  edges: { id: string; participants: number }[];
}

/** A meeting as somebody finds it who has its link. */
export interface MeetingInvitation
  extends Pick<MeetingInfo, 'id' | 'title' | 'mode' | 'status' | 'startTime' | 'hasPassword'> {
  /** Before that, guests are refused with MEETING_NOT_OPEN; null: they may come at any time. */
  opensAt: string | null;
  /** Who joins needs the key, and a browser that can encrypt (`canEncrypt`). */
  endToEndEncrypted: boolean;
  /** What the caller comes as: what the link says, or a guest. */
  role: RoleName;
  /** The caller may take any role. */
  mayHost: boolean;
  /** It is being recorded: tell whoever is about to join. Absent: the server is of a version that doesn't say. */
  recording?: boolean;
  /** How many may be in it at once; null: as many as meetings of its kind hold. */
  capacity: number | null;
  /** Of a webinar in a schedule whose audience registers: its length, and by which rule (RFC 5545) its series repeats, if it is in one. Absent: the server is of a version that doesn't say. */
  planned?: { durationMinutes: number; recurrence: string | null } | null;
  /** Of the user to whom a webinar belongs whose audience registers. Absent: the server is of a version that doesn't say. */
  hostName?: string | null;
  /** Of a webinar whose audience registers. `required`: so must the caller, whose `createToken` rejects with REGISTRATION_REQUIRED. */
  registration: { required: boolean; count: number; limit: number | null } | null;
}

export interface NewToken {
  /** The participant's name. */
  name: string;
  role: RoleName;
  /** Who it is to your own program; webhooks tell it. Only an API key says so: others are who they are signed in as. */
  userId?: string;
  /** How long somebody may join with it, and join again after a long loss of the connection. Default an hour, at most a day. */
  ttlSeconds?: number;
}

export interface JoinToken {
  token: string;
  participantId: string;
  role: RoleName;
  expiresAt: string;
}

export interface MeshEdge {
  id: string;
  region: string;
  /** Absent for a region that is not in the catalogue. */
  location?: { latitude: number; longitude: number };
  /** quarantined: it looks well, but media does not get through to it. foreign: its version of the protocol does not go with the others, and it is left alone. */
  state: 'ready' | 'draining' | 'quarantined' | 'foreign' | 'dead';
  /** The version of the protocol it speaks. */
  protocol: number;
  /** Why, and since when, it is quarantined. */
  quarantine?: { onTrial: boolean; since: string; rule: string };
  /** Of its hottest worker or of its network, whichever is fuller, 0 to 1; a network may pass 1. */
  load: number;
  /** True where that is its network. */
  networkBound?: boolean;
  sessions: number;
  /** bit/s leaving it. */
  egressBps: number;
  workers: { index: number; cpu: number; consumers: number; transports: number }[];
  highestEpoch: number;
}

export interface MeshLink {
  /** Empty for a key without the scope `mesh.operate`. */
  meetingId: string;
  /** Edge ids; media flows from parent to child. */
  parent: string;
  child: string;
  epoch: number;
  /** As the edges measured it; null where they did not. */
  rttMs: number | null;
  /** 0 to 1. */
  loss: number | null;
  tracks: {
    id: string;
    originEdgeId: string;
    kind: 'audio' | 'video';
    bitrateBps: number;
    /** Simulcast layers it carries, of those the track has; 0: the track is held back. */
    layers: number;
    layersTotal: number;
  }[];
}

/** The mesh at this moment. */
export interface Mesh {
  edges: MeshEdge[];
  links: MeshLink[];
  /** The version of the protocol that all replicas and edges speak. */
  protocol: number;
}

/** Why an edge gets the tracks of an origin from its parent. */
export type ParentReason =
  | 'origin-direct'
  | 'region-gateway'
  | 'cheaper-through-relay'
  | 'faster-through-relay'
  | 'for-subtree'
  | 'capacity'
  | 'kept'
  | 'repaired'
  | 'only-way';

/** What crosses a link of a cascade, as measured. */
export interface PlanLink {
  rttMs: number | null;
  /** 0 to 1. */
  loss: number | null;
  /** Of the cascade's tracks. */
  bitrateBps: number;
  tracks: number;
  /** Simulcast layers it carries, of those its tracks have; the rest nobody below needs. */
  layers: { carried: number; total: number };
}

export interface PlanNode {
  edgeId: string;
  parentId: string;
  backupParentId: string | null;
  /** The backup parent passes on its own second way, not its first. */
  backupChained: boolean;
  reason: ParentReason;
  /** Nobody here watches: it only forwards. */
  relay: boolean;
  /** Links between the origin and this edge. */
  depth: number;
  /** One-way, from the origin, in ms; and the shortest possible. */
  latencyMs: number;
  shortestMs: number;
  /** From the parent; null while nothing crosses it. */
  link: PlanLink | null;
  /** From the backup parent, which a warm backup's tracks cross as well; absent with a control plane that does not tell it yet. */
  backupLink?: PlanLink | null;
  /** Participants on this edge. */
  demand: number;
}

/** The tree that carries what is published on one edge. The origin has no node. */
export interface PlanCascade {
  originEdgeId: string;
  nodes: PlanNode[];
}

/** How the tracks of a meeting travel. */
export interface MeetingPlan {
  epoch: number;
  cascades: PlanCascade[];
}

/** An edge that is worth measuring before a join. */
export interface ShortlistedEdge {
  id: string;
  region: string;
  /** Answers a GET at once. */
  url: string;
}

/** An edge, and how far it is emptied. */
export interface EdgeProgress {
  id: string;
  region: string;
  /** `drained`: nobody and nothing is left on it. */
  state: 'ready' | 'draining' | 'drained' | 'dead';
  sessions: number;
  /** To edges it gets tracks from. */
  links: number;
  /** Participants moved away since the drain began. */
  movedSessions: number;
  startedAt: string | null;
}

export interface NewBreakouts {
  /** The rooms, in the order in which they are shown. At most 50. */
  names: string[];
  /** Default false. */
  selfChosen?: boolean;
}

export interface BreakoutsChange {
  /** Moves everybody who has a room there. */
  open?: boolean;
  selfChosen?: boolean;
  /** Everybody is brought back after so long from now; 0: when somebody says so. */
  closesInSeconds?: number;
  rename?: { id: string; name: string }[];
}

/** By hand (`roomId` null: the main meeting), or everybody but hosts and cohosts at random. */
export type BreakoutsAssignment =
  | { assignments: { participantId: string; roomId: string | null }[] }
  | { random: { seed?: number } };

export interface BreakoutsInfo {
  phase: 'prepared' | 'open';
  selfChosen: boolean;
  closesAt: string | null;
  rooms: { id: string; name: string }[];
  /** Everybody who is there or has a room, and where they belong. */
  people: {
    participantId: string;
    name: string;
    roomId: string | null;
    /** False: on the way there, or gone. */
    present: boolean;
    asksForHelp: boolean;
  }[];
}

/** A link to a meeting that makes somebody what `role` says. */
export interface MeetingLink {
  role: RoleName;
  /** Opens the meeting in a browser. */
  url: string;
  /** What it carries: as `ApiOptions.apiKey` it makes join tokens of its role. */
  token: string;
}
