import type { ReportReception } from '@canopy/proto/signal';
import { z } from 'zod';
import { sessionMessage } from '../message.ts';

/** A clock may be wrong by years, but not by a century. */
const mostAheadMs = 100 * 365 * 86_400_000;

const schema = z.object({
  networkQuality: z.number().int().min(1).max(4),
  seesTrackId: z.string().max(64).default(''),
  clockAheadMs: z.number().min(-mostAheadMs).max(mostAheadMs).optional(),
}) satisfies z.ZodType<ReportReception>;

export const reportReception = sessionMessage(schema, async (request, connected, { showing }) => {
  await showing.report(connected, request);
  return { done: {} };
});
