import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { type PlacementDecision, placementRules } from '../../core/placement/types.ts';

/** How somebody was placed, as it is kept: a line for every edge of the mesh, and there are as many as there are people. */
export interface PlacementDocument {
  /** Of the session it belongs to, Unix ms. */
  placedAt: number;
  decision: PlacementDecision;
}

const placementRule = z.enum(placementRules);

export const storedDecision = z.object({
  edgeId: z.string().exactOptional(),
  rule: placementRule,
  candidates: z.array(
    z.object({
      edgeId: z.string(),
      region: z.string(),
      score: z.number().exactOptional(),
      clientRttMs: z.number().exactOptional(),
      rttSource: z.enum(['measured', 'estimated', 'unknown']).exactOptional(),
      load: z.number(),
      networkBound: z.literal(true).exactOptional(),
      rejectedBecause: placementRule.exclude(['least-path']).exactOptional(),
    }),
  ),
  regretMs: z.number().exactOptional(),
});

const stored = z.object({ placedAt: z.number(), decision: storedDecision });

/** The lines are alike but for their figures: deflated (RFC 1951), and told to three decimals, they take a ninth. */
export function packPlacement({ placedAt, decision }: PlacementDocument): Buffer {
  const json = JSON.stringify({ placedAt, decision }, (_, value) =>
    typeof value === 'number' ? rounded(value) : value,
  );
  return deflateRawSync(json);
}

export function readPlacement(packed: Buffer): PlacementDocument {
  return stored.parse(JSON.parse(inflateRawSync(packed).toString()));
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
