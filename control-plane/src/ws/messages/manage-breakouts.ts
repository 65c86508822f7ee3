import type { ManageBreakouts } from '@canopy/proto/breakouts';
import { CanopyError } from '@canopy/runtime/errors';
import { z } from 'zod';
import { askerOf } from '../../app/breakouts/breakouts.ts';
import { breakoutLimits } from '../../core/breakouts/breakouts.ts';
import { idSchema } from '../../core/meeting/text.ts';
import { sessionMessage } from '../message.ts';

const { rooms, assigned, timerSeconds } = breakoutLimits;
const roomId = z.uuid();
/** Cleaned and cut later, as texts are. */
const text = z.string().max(4_000);

const schema = z.object({
  create: z.object({ names: z.array(text).min(1).max(rooms), selfChosen: z.boolean().default(false) }).optional(),
  change: z
    .object({
      open: z.boolean().default(false),
      selfChosen: z.boolean().optional(),
      closesInSeconds: z.number().int().min(0).max(timerSeconds).optional(),
      rename: z
        .array(z.object({ id: roomId, name: text }))
        .max(rooms)
        .default([]),
    })
    .optional(),
  assign: z
    .object({
      assignments: z
        .array(z.object({ participantId: idSchema, roomId: roomId.or(z.literal('')).default('') }))
        .max(assigned),
    })
    .optional(),
  shuffle: z.object({ seed: z.number().int().min(0).max(0xffff_ffff).optional() }).optional(),
  broadcast: z.object({ text }).optional(),
  close: z.object({}).optional(),
}) satisfies z.ZodType<ManageBreakouts>;

export const manageBreakouts = sessionMessage(schema, async (request, { session }, { breakouts }) => {
  const { create, change, assign, shuffle, broadcast, close } = request;
  const asker = askerOf(session);
  if (create !== undefined) await breakouts.create(asker, create.names, create.selfChosen);
  else if (change !== undefined) await breakouts.change(asker, change);
  else if (assign !== undefined) await breakouts.assign(asker, assign.assignments);
  else if (shuffle !== undefined) await breakouts.shuffle(asker, shuffle.seed);
  else if (broadcast !== undefined) await breakouts.broadcast(asker, asker.name, broadcast.text);
  else if (close !== undefined) await breakouts.close(asker);
  else throw new CanopyError('MALFORMED_MESSAGE', 'There is nothing to do.');
  return { done: {} };
});
