import type { NeighbourRtt } from '@canopy/proto/bus';
import type { LinkState, LinkTrack } from '@canopy/proto/edge_media';
import type { EdgeRecord } from '../edges/edge-record.ts';
import type { CascadeNode } from '../planning/types.ts';
import type { MeetingPlan } from './meeting-plan.ts';

/** A link of a cascade as it is now. */
export interface ExplainedLink {
  /** Measured between the two edges, ms; absent where it was not. */
  rttMs?: number;
  /** 0 to 1. */
  loss?: number;
  /** Of this origin's tracks, bit/s. */
  bitrateBps: number;
  tracks: number;
  /** Simulcast layers it carries, and those its tracks have; tracks of one layer are left out. */
  layers: { carried: number; total: number };
  /** The epoch the child goes by. */
  epoch: number;
}

export interface ExplainedNode extends CascadeNode {
  /** From the parent; absent while nothing of this origin crosses it. */
  link?: ExplainedLink;
  /** From the backup parent: a warm backup carries the same tracks once more. */
  backupLink?: ExplainedLink;
  /** Participants on this edge. */
  demand: number;
}

export interface ExplainedCascade {
  originId: string;
  nodes: readonly ExplainedNode[];
}

/** The plan joined with what edges measure and say they carry. `participants` by edge. */
export function explainPlan(
  plan: MeetingPlan,
  records: Iterable<EdgeRecord>,
  links: readonly LinkState[],
  participants: ReadonlyMap<string, number>,
): ExplainedCascade[] {
  const measured = measurements(records);
  return [...plan.cascades.values()].map(({ originId, nodes }) => {
    const linkOf = (edgeId: string, parentId: string | undefined): ExplainedLink | undefined => {
      const link = links.find((one) => one.childEdgeId === edgeId && one.parentEdgeId === parentId);
      const tracks = link?.tracks.filter((track) => track.originEdgeId === originId) ?? [];
      if (link === undefined || tracks.length === 0) return undefined;
      const found = measured(edgeId, link.parentEdgeId);
      return {
        ...(found === undefined ? {} : { rttMs: found.rttMs, loss: found.loss }),
        bitrateBps: tracks.reduce((sum, { bitrateBps }) => sum + bitrateBps, 0),
        tracks: tracks.length,
        layers: countLayers(tracks),
        epoch: link.epoch,
      };
    };
    return {
      originId,
      nodes: [...nodes.values()].map((node) => {
        const link = linkOf(node.edgeId, node.parentId);
        const backupLink = linkOf(node.edgeId, node.backupParentId);
        return {
          ...node,
          demand: participants.get(node.edgeId) ?? 0,
          ...(link === undefined ? {} : { link }),
          ...(backupLink === undefined ? {} : { backupLink }),
        };
      }),
    };
  });
}

/** What edges measured between two of them: the first by itself, else the other; undefined where neither did. */
export function measurements(
  records: Iterable<EdgeRecord>,
): (edgeId: string, otherId: string) => NeighbourRtt | undefined {
  const byEdge = new Map([...records].map((record) => [record.heartbeat.edgeId, record]));
  const by = (from: string, to: string) =>
    byEdge.get(from)?.heartbeat.neighbours.find(({ edgeId, rttMs }) => edgeId === to && rttMs > 0);
  return (edgeId, otherId) => by(edgeId, otherId) ?? by(otherId, edgeId);
}

function countLayers(tracks: readonly LinkTrack[]): ExplainedLink['layers'] {
  const layered = tracks.filter(({ layersTotal }) => layersTotal > 1);
  const sum = (read: (track: LinkTrack) => number) => layered.reduce((total, track) => total + read(track), 0);
  return { carried: sum(({ layers }) => layers), total: sum(({ layersTotal }) => layersTotal) };
}
