import { deflateSync, inflateSync } from 'node:zlib';
import { z } from 'zod';
import { type PlacementDecision, placementRules, placeSources } from '../../core/placement/types.ts';

/** How somebody was placed, as it is kept: a line for every edge of the mesh, and there are as many as there are people. */
export interface PlacementDocument {
  /** Of the session it belongs to, Unix ms. */
  placedAt: number;
  decision: PlacementDecision;
}

const placementRule = z.enum(placementRules);

const storedParts = z.object({
  publishersMs: z.number(),
  loadMs: z.number(),
  newEdgeMs: z.number(),
  doubtMs: z.number(),
});

const storedPlace = z.object({
  source: z.enum(placeSources),
  location: z.object({ latitude: z.number(), longitude: z.number() }).exactOptional(),
});

export const storedDecision = z.object({
  edgeId: z.string().exactOptional(),
  rule: placementRule,
  candidates: z.array(
    z.object({
      edgeId: z.string(),
      region: z.string(),
      score: z.number().exactOptional(),
      parts: storedParts.exactOptional(),
      clientRttMs: z.number().exactOptional(),
      rttSource: z.enum(['measured', 'estimated', 'unknown']).exactOptional(),
      load: z.number(),
      networkBound: z.literal(true).exactOptional(),
      rejectedBecause: placementRule.exclude(['least-path']).exactOptional(),
    }),
  ),
  // What a newer version knows a place by, this one may not: the rest of the decision stands.
  taken: storedPlace.optional().catch(undefined),
  regretMs: z.number().exactOptional(),
});

const stored = z.object({ placedAt: z.number(), decision: storedDecision });

/** Bytes of JSON that are kept as they are: to make so little less costs more than it spares. */
const mostPlain = 4_096;

/** The lines are alike but for their figures: told to three decimals, and deflated (RFC 1950) where they are many, they take a ninth. */
export function packPlacement({ placedAt, decision }: PlacementDocument): Buffer {
  const json = JSON.stringify({ placedAt, decision }, (_, value) =>
    typeof value === 'number' ? rounded(value) : value,
  );
  return json.length > mostPlain ? deflateSync(json) : Buffer.from(json);
}

export function readPlacement(packed: Buffer): PlacementDocument {
  // What is deflated begins with an "x".
  const json = packed[0] === '{'.charCodeAt(0) ? packed : inflateSync(packed);
  return stored.parse(JSON.parse(json.toString()));
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
