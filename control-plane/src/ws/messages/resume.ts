import { type Resume, Role } from '@canopy/proto/signal';
import { protocolVersion } from '@canopy/runtime/protocol';
import { z } from 'zod';
import { idSchema } from '../../core/meeting/text.ts';
import { helloMessage, protocol } from '../message.ts';

const schema = z.object({
  resumeToken: z.string().min(1).max(512),
  position: z.object({ generation: z.string().max(64), sequence: z.coerce.number().int().min(0) }).optional(),
  restartIce: z.boolean().default(false),
  role: z.enum(Role).optional(),
  edgeId: idSchema.optional(),
  protocol,
}) satisfies z.ZodType<Resume>;

export const resume = helloMessage(schema, async (request, { connectionId, member }, { resuming }) => {
  const [connected, resumed] = await resuming.resume(request, connectionId, member);
  return { connected, result: { resumed: { ...resumed, protocol: protocolVersion } } };
});
