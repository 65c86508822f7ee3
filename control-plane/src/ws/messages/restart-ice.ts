import type { RestartIce } from '@canopy/proto/signal';
import { z } from 'zod';
import { sessionMessage } from '../message.ts';

const schema = z.object({}) satisfies z.ZodType<RestartIce>;

export const restartIce = sessionMessage(schema, async (_request, connected, { transports }) => ({
  iceRestarted: await transports.restartIce(connected),
}));
