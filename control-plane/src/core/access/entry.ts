import type { MeetingProfile } from '../meeting/meeting.ts';
import type { RoleName } from '../meeting/roles.ts';
import { canManage } from '../meeting/roles.ts';

/** Somebody who asks to come in. */
export interface Comer {
  /** What it would be in the meeting: by its token, or given to it later. */
  role: RoleName;
  /** It is in the meeting and comes back. */
  isIn: boolean;
  /** A host or cohost let it in already. */
  admitted: boolean;
  /** It has no account, and comes from the same network as somebody who was banned. */
  fromBannedNetwork: boolean;
}

/** Goes in; waits for a host's word, or for the start; or is refused. */
export type Entry = 'enter' | 'lobby' | 'backstage' | 'locked';

/**
 * What the door does, by these rules in this order: hosts go in; who is in stays in; nobody else
 * passes a locked door but who was let in; the
 * audience of a webinar waits while it is backstage; who must be let in waits in the lobby until it is, and so does, where
 * there is no lobby as well, who comes from the network of somebody who was banned.
 */
export function entryOf({ mode, settings }: Pick<MeetingProfile, 'mode' | 'settings'>, comer: Comer): Entry {
  if (comer.role === 'host' || comer.isIn) return 'enter';
  if (settings.locked === true && !comer.admitted) return 'locked';
  if (mode === 'webinar' && settings.backstage === true && comer.role === 'attendee') return 'backstage';
  const guest = settings.lobby === 'everyone-but-hosts' || (settings.lobby === 'guests' && !canManage(comer.role));
  return (guest || comer.fromBannedNetwork) && !comer.admitted ? 'lobby' : 'enter';
}

/** Whether the door stands open for everybody but who comes from a banned network: then nobody else needs to be looked at. */
export function isOpenToAll(profile: Pick<MeetingProfile, 'mode' | 'settings'>): boolean {
  return entryOf(profile, { role: 'attendee', isIn: false, admitted: false, fromBannedNetwork: false }) === 'enter';
}
