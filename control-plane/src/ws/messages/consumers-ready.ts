import type { ConsumersReady } from '@canopy/proto/signal';
import { z } from 'zod';
import { sessionMessage } from '../message.ts';

const schema = z.object({
  consumerIds: z.array(z.string().min(1).max(128)).max(256).default([]),
}) satisfies z.ZodType<ConsumersReady>;

export const consumersReady = sessionMessage(schema, async (request, connected, { subscriptions }) => {
  await subscriptions.consumersReady(connected, request.consumerIds);
  return { done: {} };
});
