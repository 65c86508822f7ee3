import type { Join } from '@canopy/proto/signal';
import { protocolVersion } from '@canopy/runtime/protocol';
import { z } from 'zod';
import { idSchema } from '../../core/meeting/text.ts';
import { longestRttMs } from '../../core/placement/measured-rtt.ts';
import { dtlsParameters, rtpCapabilities } from '../media-schemas.ts';
import { helloMessage, originOf, protocol } from '../message.ts';

const schema = z.object({
  token: z.string().min(1).max(4096),
  rtpCapabilities,
  dtlsParameters: dtlsParameters.optional(),
  rtts: z
    .array(z.object({ edgeId: idSchema, rttMs: z.number().gt(0).max(longestRttMs) }))
    .max(64)
    .default([]),
  password: z.string().min(1).max(128).optional(),
  acceptsBackupConsumers: z.boolean().optional(),
  encryptsEndToEnd: z.boolean().optional(),
  protocol,
  location: z.object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) }).optional(),
}) satisfies z.ZodType<Join>;

export const join = helloMessage(schema, async (request, newcomer, { joining }) => {
  const rttMs = new Map(request.rtts.map(({ edgeId, rttMs }) => [edgeId, rttMs]));
  const origin = originOf(newcomer, { location: request.location, rttMs });
  const [connected, joined] = await joining.join(
    request,
    origin,
    newcomer.connectionId,
    newcomer.member,
    newcomer.visitor,
  );
  return { connected, result: { joined: { ...joined, protocol: protocolVersion } } };
});
