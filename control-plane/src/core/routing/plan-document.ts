import { z } from 'zod';
import { backupModes } from '../meeting/settings.ts';
import { type CascadeNode, parentReasons } from '../planning/types.ts';
import type { MeetingPlan } from './meeting-plan.ts';

const nodeSchema = z.object({
  edgeId: z.string(),
  parentId: z.string(),
  backupParentId: z.string().optional(),
  backupChained: z.literal(true).optional(),
  latencyMs: z.number(),
  shortestMs: z.number(),
  depth: z.number(),
  reason: z.enum(parentReasons),
  relay: z.boolean(),
});

const documentSchema = z.object({
  meetingId: z.string(),
  epoch: z.number().int(),
  cascades: z.array(z.object({ originId: z.string(), nodes: z.array(nodeSchema) })),
  backup: z.enum(backupModes),
  unreached: z.array(z.object({ originId: z.string(), edgeId: z.string(), because: z.string() })),
  routing: z.string().optional(),
});

/** A plan as text, for a store that knows nothing of it. */
export function writePlan(plan: MeetingPlan): string {
  const cascades = [...plan.cascades.values()].map(({ originId, nodes }) => ({ originId, nodes: [...nodes.values()] }));
  const { meetingId, epoch, unreached, backup, routing } = plan;
  return JSON.stringify({ meetingId, epoch, cascades, unreached, backup, routing });
}

/** The reverse of {@link writePlan}; throws on anything else. */
export function readPlan(text: string): MeetingPlan {
  const { meetingId, epoch, cascades, unreached, backup, routing } = documentSchema.parse(JSON.parse(text));
  return {
    meetingId,
    epoch,
    unreached,
    backup,
    routing,
    cascades: new Map(
      cascades.map(({ originId, nodes }) => [
        originId,
        { originId, nodes: new Map(nodes.map((node) => [node.edgeId, toNode(node)])) },
      ]),
    ),
  };
}

function toNode({ backupParentId, backupChained, ...node }: z.output<typeof nodeSchema>): CascadeNode {
  return {
    ...node,
    ...(backupParentId === undefined ? {} : { backupParentId }),
    ...(backupChained === undefined ? {} : { backupChained }),
  };
}
