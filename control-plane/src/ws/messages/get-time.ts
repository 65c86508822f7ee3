import type { GetTime } from '@canopy/proto/signal';
import { systemClock } from '@canopy/runtime/clock';
import { z } from 'zod';
import { sessionMessage } from '../message.ts';

const schema = z.object({}) satisfies z.ZodType<GetTime>;

export const getTime = sessionMessage(schema, async () => ({ time: { unixMs: systemClock.now() } }));
