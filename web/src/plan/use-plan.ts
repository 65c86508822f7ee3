import type { MeetingPlan, MeshEdge } from '@canopy/client';
import { useCallback } from 'react';
import { useApi } from '../lib/api-context.ts';
import { type Polled, usePolled } from '../lib/use-polled.ts';

export interface PlanOnMesh {
  plan: MeetingPlan;
  /** By edge id. */
  edges: ReadonlyMap<string, MeshEdge>;
}

/** A meeting's plan as it is now, with the edges it speaks of. */
export function usePlan(meetingId: string): Polled<PlanOnMesh> {
  const api = useApi();
  return usePolled(
    useCallback(async () => {
      const [plan, { edges }] = await Promise.all([api.getPlan(meetingId), api.getMesh()]);
      return { plan, edges: new Map(edges.map((edge) => [edge.id, edge])) };
    }, [api, meetingId]),
  );
}
