import type { Migrated } from '@canopy/proto/signal';
import { z } from 'zod';
import { sessionMessage } from '../message.ts';

const schema = z.object({ edgeId: z.string().min(1).max(64).optional() }) satisfies z.ZodType<Migrated>;

export const migrated = sessionMessage(schema, async ({ edgeId }, connected, { migrating }) => {
  await migrating.finish(connected, edgeId);
  return { done: {} };
});
