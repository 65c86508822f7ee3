import type { DtlsParameters, RtpCapabilities } from '@canopy/proto/media';
import type { MigrateReason } from '@canopy/proto/signal';
import { remembered } from '@canopy/runtime/remembered';
import type { EdgeRecord } from '../edges/edge-record.ts';
import type { GeoPoint, PlacementDecision } from '../placement/types.ts';

/** A media session as its edge knows it. */
export interface SessionName {
  edgeId: string;
  /** What it was opened by: an edge closes no other one that the participant has there. Absent for one that the version before opened. */
  openingId?: string | undefined;
}

/** Where a participant's media is, and why. Kept beside the public record, never broadcast. */
export interface MediaSession extends SessionName {
  /** The boot of the edge that made it: another boot id means the session is gone. */
  bootId: string;
  /** The customer's own id of the person, if given. */
  userId: string | undefined;
  decision: PlacementDecision;
  /** Unix ms. */
  placedAt: number;
  /** Where it was before, and why it is no longer there; absent for one made by a join. */
  moved?: { fromEdgeId: string; because: MigrateReason };
  client: ClientMedia;
}

/** What a client said when it joined: enough to open its session on another edge without asking it again. */
export interface ClientMedia {
  rtpCapabilities: RtpCapabilities | undefined;
  dtlsParameters: DtlsParameters | undefined;
  /** It takes a second, silent consumer for a track. */
  acceptsBackupConsumers: boolean;
  /** It made the offer: it is sent the payload types of its capabilities. */
  chosePayloadTypes?: boolean;
  /** IP address. */
  address: string;
  /** Where it says it is; only where clients are believed. */
  location: GeoPoint | undefined;
  /** What it measured, ms by edge id. */
  rttMs: Readonly<Record<string, number>>;
}

const knownDecision = remembered((text): PlacementDecision => JSON.parse(text), 1_024);

/**
 * Of how it was placed only where and by which rule, and how full that edge was to a hundredth: one object for all of whom that
 * is the same. What else was considered is kept apart from the session and read where somebody asks; there may be hundreds of
 * edges, and ten thousand sessions.
 */
export function inBrief(session: MediaSession): MediaSession {
  const { edgeId, openingId, bootId, userId, placedAt, client, moved } = session;
  const { rule, candidates, edgeId: decided } = session.decision;
  const chosen = candidates
    .filter((candidate) => candidate.edgeId === edgeId)
    .map(({ region, load, networkBound }) => ({ edgeId, region, load: Math.round(load * 100) / 100, networkBound }));
  const decision = knownDecision(JSON.stringify({ edgeId: decided, rule, candidates: chosen }));
  return { edgeId, openingId, bootId, userId, decision, placedAt, client, ...(moved && { moved }) };
}

/** An edge that died or started anew since has no session of anybody. Of an edge that is not known that can't be said. */
export function isLost({ bootId }: Pick<MediaSession, 'bootId'>, edge: EdgeRecord | undefined): boolean {
  return edge !== undefined && (edge.status === 'dead' || edge.heartbeat.bootId !== bootId);
}

/** The reason of a move as metrics and explanations name it: `edge_draining`, `load`, … */
export function reasonName(reason: MigrateReason): string {
  return reason.replace('MIGRATE_REASON_', '').toLowerCase();
}

const knownCapabilities = remembered((text): RtpCapabilities => JSON.parse(text), 256);

/** One object for all who say the same: there are as many capabilities as kinds of browsers, and every session keeps its own. */
export function alikeCapabilities(capabilities: RtpCapabilities): RtpCapabilities {
  return knownCapabilities(JSON.stringify(capabilities));
}
