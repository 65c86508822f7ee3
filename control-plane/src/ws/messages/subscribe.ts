import type { Subscribe } from '@canopy/proto/signal';
import { mostWanted } from '@canopy/proto/wants';
import { z } from 'zod';
import { trackWant } from '../media-schemas.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ wants: z.array(trackWant).max(mostWanted).default([]) }) satisfies z.ZodType<Subscribe>;

export const subscribe = sessionMessage(schema, async (request, connected, { subscriptions }) => ({
  subscribed: await subscriptions.subscribe(connected, request.wants),
}));
