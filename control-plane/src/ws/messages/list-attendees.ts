import type { ListAttendees } from '@canopy/proto/signal';
import { z } from 'zod';
import { attendeesPerPage } from '../../core/meeting/attendee-pages.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({
  cursor: z.string().max(64).default(''),
  limit: z.number().int().min(0).max(attendeesPerPage.most).default(0),
}) satisfies z.ZodType<ListAttendees>;

export const listAttendees = sessionMessage(schema, async ({ cursor, limit }, connected, { attendees }) => ({
  attendeePage: await attendees.page(connected, cursor, limit === 0 ? attendeesPerPage.usual : limit),
}));
