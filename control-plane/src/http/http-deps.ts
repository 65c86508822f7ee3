import type { FastifyRequest } from 'fastify';
import type { Access } from '../app/access/access.ts';
import type { Callers } from '../app/access/callers.ts';
import type { BreakoutRooms } from '../app/breakouts/breakouts.ts';
import type { Chat } from '../app/chat/chat.ts';
import type { Draining } from '../app/edges/draining.ts';
import type { MeshLook } from '../app/edges/mesh.ts';
import type { Doorkeeping } from '../app/entry/doorkeeping.ts';
import type { Ingest } from '../app/ingest/ingest.ts';
import type { Meetings } from '../app/meetings/meetings.ts';
import type { Warming } from '../app/meetings/warming.ts';
import type { Moderating } from '../app/moderation/moderating.ts';
import type { Rules } from '../app/moderation/rules.ts';
import type { Roles } from '../app/session/roles.ts';
import type { Principal } from '../core/access/authorize.ts';
import type { EdgeRecord } from '../core/edges/edge-record.ts';
import type { GeoPoint } from '../core/placement/types.ts';

/** What REST routes use. */
export interface HttpDeps {
  access: Access;
  meetings: Meetings;
  warming: Warming;
  roles: Roles;
  ingest: Pick<Ingest, 'start' | 'patch' | 'end'>;
  moderating: Moderating;
  rules: Rules;
  doorkeeping: Doorkeeping;
  callers: Pick<Callers, 'find'>;
  chat: Pick<Chat, 'post' | 'edit' | 'erase' | 'page'>;
  breakouts: BreakoutRooms;
  mesh: MeshLook;
  draining: Draining;
  edges: {
    list(): readonly EdgeRecord[];
    get(edgeId: string): EdgeRecord | undefined;
    location(region: string): GeoPoint | undefined;
  };
  regionName(region: string): string;
  openAccess: boolean;
  clientsBelieved: boolean;
  /** Throws RATE_LIMITED when an address asks too much. */
  admit(address: string): Promise<void>;
  readiness(): Promise<Readiness>;
  metrics: { contentType: string; metrics(): Promise<string> };
}

/** Which of the services answer. */
export interface Readiness {
  ready: boolean;
  database: boolean;
  redis: boolean;
  bus: boolean;
}

export function principalOf({ access }: Pick<HttpDeps, 'access'>, request: FastifyRequest): Promise<Principal> {
  return access.principal(request.headers.authorization);
}
