import type { EdgeProgress, PeoplePresent, PresentParticipant } from '../api-types.ts';
import { meetingPath, queryOf } from '../paths.ts';
import type { Call } from '../rest.ts';

/** Somebody who is counted and not listed. */
export type Attendee = PresentParticipant;

/** What a score has besides the client's round trip, ms each. */
export interface ScoreParts {
  /** One way from the edge to the publishers, on average. */
  publishersMs: number;
  /** Price of its load. */
  loadMs: number;
  /** Price of an edge the meeting did not use yet; else 0. */
  newEdgeMs: number;
  /** Price of an edge that might be lost; else 0. */
  doubtMs: number;
}

/** Where a client was taken to be: where it said itself, where GeoIP has its address, wherever its measured round trips put it, or anywhere. */
export interface TakenPlace {
  source: 'client' | 'address' | 'measured' | 'unknown';
  /** Of the first two, for operators. */
  location?: { latitude: number; longitude: number };
  /** The city of the region that is nearest to it. */
  near?: string;
}

export interface PlacementCandidate {
  edgeId: string;
  region: string;
  /** ms; the least wins. The sum of `clientRttMs`, if known, and `parts`. Absent where a rule rejected the edge. */
  score?: number;
  /** Absent also where a former version placed. */
  parts?: ScoreParts;
  clientRttMs?: number;
  rttSource?: string;
  /** Of its hottest worker or of its network, whichever is fuller, 0 to 1; a network may pass 1. */
  load: number;
  /** The load is that of its network. */
  networkBound?: boolean;
  rejectedBecause?: string;
}

/** A placement with its reasons: every edge with its score, or the rule that rejected it. */
export interface PlacementDecision {
  /** Absent where every edge was rejected. */
  edgeId?: string;
  /** The rule that decided. */
  rule: string;
  candidates: PlacementCandidate[];
  /** Absent where a former version placed. */
  taken?: TakenPlace;
}

export interface MovedFrom {
  fromEdgeId: string;
  because: string;
}

export interface Placement {
  participantId: string;
  edge: { id: string; region: string };
  decision: PlacementDecision;
  /** Where the participant was before, and why it was moved. */
  moved: MovedFrom | null;
  at: string;
}

/** Who would be placed: by an IP address or by a place; in a meeting of its own, or in one there is. */
export type PlacementQuery = ({ address: string } | { latitude: number; longitude: number }) & { meeting?: string };

export type MeshEventKind =
  | 'edge.joined'
  | 'edge.restarted'
  | 'edge.silent'
  | 'edge.recovered'
  | 'edge.lost'
  | 'edge.draining'
  | 'edge.ready'
  | 'edge.quarantined'
  | 'edge.released'
  | 'edge.foreign'
  | 'edge.understood'
  | 'link.lost'
  | 'plan.changed';

/** Why a plan was made anew; a newer server may know more causes. */
export type PlanCause =
  | 'joined'
  | 'left'
  | 'role'
  | 'edge_draining'
  | 'edge_lost'
  | 'worker_lost'
  | 'load'
  | 'policy'
  | 'unreachable'
  | 'moved'
  | 'edge_back'
  | 'edge_changed'
  | 'link_lost'
  | 'measured'
  | 'settings'
  | 'warmed'
  | 'wanted'
  | 'restored';

/** Something that happened in the mesh. */
export interface MeshEvent {
  id: string;
  at: string;
  kind: MeshEventKind;
  edgeId?: string;
  meetingId?: string;
  /** Of a lost link: the edge it came from. */
  parentEdgeId?: string;
  /** Of a lost link: media went on without it. */
  seamless?: boolean;
  /** Of a plan. */
  epoch?: number;
  /** Of a plan: why it was made. Absent where a former version made it. */
  cause?: PlanCause;
}

/** Something that an operator, a key or an account set out to do. Where it failed, that is an entry of its own. */
export interface AuditEntry {
  id: number;
  at: string;
  /** `key:` or `user:` and the id. */
  actor: string;
  /** Where the request came from. */
  address: string;
  /** Such as `edge.drain`; `GET /v1/openapi.json` names all. */
  action: string;
  /** What it was done to: the id of an edge, a key, a meeting, a user or a recording; the name of an account; `all` meetings. */
  target: string;
  details: Record<string, unknown>;
  /** The error it ended with; null for the entry that is made before it is done. */
  failed: string | null;
}

/** Which entries of the audit log. */
export interface AuditQuery {
  actor?: string;
  action?: string;
  /** Only those before the one with this id. */
  before?: number;
  /** At most 200. */
  limit?: number;
}

export interface WarmedMeeting {
  /** Edges that are prepared. */
  edges: string[];
  /** Viewers by region for whom there is no room. */
  short: Record<string, number>;
  until: string;
}

/** A service of the control plane, and how long it took to answer; null: it does not. */
export type ServiceHealth = { version: string; roundTripMs: number } | null;

/** What the replica that answered sees of all that it needs. */
export interface MeshHealth {
  /** Its id. */
  replica: string;
  /** By its clock. */
  now: string;
  services: { postgresql: ServiceHealth; redis: ServiceHealth; nats: ServiceHealth };
  /** Of the tables; null: the database does not answer. */
  migrations: { newest: string | null; pending: string[] } | null;
  /** Those in the database that others' tokens and messages are signed with; null: it does not answer; absent where a former version does. */
  secrets?: {
    /** New ones are sealed. */
    sealing: boolean;
    kept: number;
    /** Not kept as new ones are: in clear, or sealed with another key. */
    behind: number;
    /** Keys that some are sealed with and that the replica does not have. */
    missingKeys: string[];
  } | null;
  /** When the data of the oldest GeoIP database was put together; null: there is none. */
  geoBuiltAt: string | null;
  /** The version of the protocol that all replicas and edges speak. */
  protocol: number;
  /** All there are, and the version each speaks; null: Redis does not answer. */
  replicas: { id: string; protocol: number }[] | null;
  edges: {
    id: string;
    region: string;
    protocol: number;
    /** ms since its last heartbeat; there is one each second. */
    heardAgoMs: number;
    /** How far its clock is ahead of the replica's, ms, less the time that its last heartbeat was under way. */
    clockOffsetMs: number;
    /** Where browsers measure their round trip to it. */
    measuringUrl: string | null;
    /** Where clients reach its workers over UDP and TCP, a port each; null: it does not tell. */
    media: { address: string; ports: number[] } | null;
  }[];
}

/** What operators do with the mesh and with any meeting. It takes an API key with the scopes for it; but `participants`, `attendees`, `placement` and `warm` are also for whoever the meeting belongs to. Others are refused with FORBIDDEN, or MEETING_NOT_FOUND where the meeting is somebody else's. */
export class OperatorsApi {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** Empties an edge without a break for who is on it. `Api.getEdge` tells how far that is. */
  drain(edgeId: string): Promise<EdgeProgress> {
    return this.#call('POST', `/v1/edges/${encodeURIComponent(edgeId)}/drain`);
  }

  undrain(edgeId: string): Promise<EdgeProgress> {
    return this.#call('POST', `/v1/edges/${encodeURIComponent(edgeId)}/undrain`);
  }

  /** Services, tables, clocks and versions, as one replica sees them. */
  health(): Promise<MeshHealth> {
    return this.#call('GET', '/v1/health');
  }

  /** Oldest first; those after the one with this id, else the latest. */
  async events(after?: string, limit = 50): Promise<MeshEvent[]> {
    const path = `/v1/mesh/events${queryOf({ limit, after })}`;
    return (await this.#call<{ events: MeshEvent[] }>('GET', path)).events;
  }

  /** With what they send and whose hand is raised. Of a webinar the stage, of a large meeting all but its crowd; `attendees` has those. */
  participants(meetingId: string): Promise<PeoplePresent> {
    return this.#call('GET', meetingPath(meetingId, 'participants'));
  }

  /** The audience of a webinar, a page at a time. */
  attendees(meetingId: string, cursor?: string): Promise<{ attendees: Attendee[]; nextCursor: string | null }> {
    return this.#call('GET', `${meetingPath(meetingId, 'attendees')}${queryOf({ cursor })}`);
  }

  /** Why a participant is on its edge. */
  placement(meetingId: string, participantId: string): Promise<Placement> {
    return this.#call('GET', meetingPath(meetingId, 'participants', participantId, 'placement'));
  }

  /** Where somebody would be placed now. Nobody is. */
  async foresee(who: PlacementQuery): Promise<PlacementDecision> {
    return (await this.#call<{ decision: PlacementDecision }>('GET', `/v1/placement${queryOf(who)}`)).decision;
  }

  /** What was done and by whom, the newest first. It takes the scope `audit`. */
  async audit(query: AuditQuery = {}): Promise<AuditEntry[]> {
    return (await this.#call<{ entries: AuditEntry[] }>('GET', `/v1/audit${queryOf(query)}`)).entries;
  }

  /** Prepares edges for so many viewers by region. */
  warm(meetingId: string, audience: Readonly<Record<string, number>>): Promise<WarmedMeeting> {
    return this.#call('POST', meetingPath(meetingId, 'warm'), { audience });
  }
}
