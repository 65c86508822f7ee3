import type { RoleName } from '../meeting/roles.ts';

/** What somebody may do to one other participant. */
export const moderationNames = ['mute', 'ask-to-unmute', 'stop-camera', 'stop-screen', 'remove', 'ban'] as const;
export type ModerationName = (typeof moderationNames)[number];

/** Whom a role may moderate. Hosts: everybody; cohosts: who is neither host nor cohost; the others: nobody. */
const moderates: Readonly<Record<RoleName, readonly RoleName[]>> = {
  host: ['host', 'cohost', 'panelist', 'attendee'],
  cohost: ['panelist', 'attendee'],
  panelist: [],
  attendee: [],
};

/** Whether somebody with the role `own` may do that to another one with the role `target`. */
export function mayModerate(own: RoleName, target: RoleName): boolean {
  return moderates[own].includes(target);
}
