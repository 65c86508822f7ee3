import type { Migrated } from '@canopy/proto/signal';
import { z } from 'zod';
import { sessionMessage } from '../message.ts';

const schema = z.object({}) satisfies z.ZodType<Migrated>;

export const migrated = sessionMessage(schema, async (_request, connected, { migrating }) => {
  await migrating.finish(connected);
  return { done: {} };
});
