import type { ConnectTransport } from '@canopy/proto/signal';
import { z } from 'zod';
import { dtlsParameters } from '../media-schemas.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({
  transportId: z.string().min(1).max(128),
  dtlsParameters,
}) satisfies z.ZodType<ConnectTransport>;

export const connectTransport = sessionMessage(schema, async (request, connected, { transports }) => {
  await transports.connect(connected, request.transportId, request.dtlsParameters);
  return { done: {} };
});
