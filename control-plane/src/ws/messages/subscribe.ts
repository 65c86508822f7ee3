import type { Subscribe } from '@canopy/proto/signal';
import { z } from 'zod';
import { trackWant } from '../media-schemas.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ wants: z.array(trackWant).max(256).default([]) }) satisfies z.ZodType<Subscribe>;

export const subscribe = sessionMessage(schema, async (request, connected, { subscriptions }) => ({
  subscribed: await subscriptions.subscribe(connected, request.wants),
}));
