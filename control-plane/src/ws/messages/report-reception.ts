import type { ReportReception } from '@canopy/proto/signal';
import { z } from 'zod';
import { sessionMessage } from '../message.ts';

const schema = z.object({
  networkQuality: z.number().int().min(1).max(4),
  seesTrackId: z.string().max(64).default(''),
}) satisfies z.ZodType<ReportReception>;

export const reportReception = sessionMessage(schema, async (request, connected, { showing }) => {
  await showing.report(connected, request);
  return { done: {} };
});
