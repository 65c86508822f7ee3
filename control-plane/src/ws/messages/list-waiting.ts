import type { ListWaiting } from '@canopy/proto/moderation';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({}) satisfies z.ZodType<ListWaiting>;

export const listWaiting = sessionMessage(schema, async (_request, { session }, { doorkeeping }) => ({
  waitingList: { people: [...(await doorkeeping.list(principalOf(session), session.meetingId))] },
}));
