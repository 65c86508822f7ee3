import type { Ping } from '@canopy/proto/signal';
import { z } from 'zod';
import { sessionMessage } from '../message.ts';

const schema = z.object({}) satisfies z.ZodType<Ping>;

export const ping = sessionMessage(schema, async () => ({ done: {} }));
