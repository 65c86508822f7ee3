import type { LinkList, ListLinks, RevokeLinks } from '@canopy/proto/signal';
import { z } from 'zod';
import type { MeetingLink } from '../../app/meetings/links.ts';
import { principalOf } from '../../app/session/principal.ts';
import { wireRole } from '../../core/meeting/roles.ts';
import { sessionMessage } from '../message.ts';

const listSchema = z.object({}) satisfies z.ZodType<ListLinks>;

export const listLinks = sessionMessage(listSchema, async (_request, { session }, { links }) => ({
  links: toWire(await links.list(principalOf(session), session.meetingId)),
}));

const revokeSchema = z.object({}) satisfies z.ZodType<RevokeLinks>;

export const revokeLinks = sessionMessage(revokeSchema, async (_request, { session }, { links }) => ({
  links: toWire(await links.revoke(principalOf(session), session.meetingId)),
}));

function toWire(given: readonly MeetingLink[]): LinkList {
  return { links: given.map(({ role, token }) => ({ role: wireRole(role), token })) };
}
