import type { Migrated } from '@canopy/proto/signal';
import { z } from 'zod';
import { idSchema } from '../../core/meeting/text.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ edgeId: idSchema.optional() }) satisfies z.ZodType<Migrated>;

export const migrated = sessionMessage(schema, async ({ edgeId }, connected, { migrating }) => {
  await migrating.finish(connected, edgeId);
  return { done: {} };
});
