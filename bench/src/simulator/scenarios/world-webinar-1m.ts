import type { Scenario } from '../scenario.ts';
import { scenario as ofHundredThousand } from './world-webinar-100k.ts';

/** Edges are as large as a machine with all its cores is ([capacity](../../../../docs/capacity.md)). */
export const scenario: Scenario = {
  ...ofHundredThousand,
  description: 'the same for a million, on a thousand edges',
  edges: 1_000,
  edgeCapacity: 1_300,
  viewers: 1_000_000,
};
