import type { RoleName } from '@canopy/client';
import { apiFor } from '../lib/api.ts';
import type { Invitation } from '../lib/invitation.ts';
import { rememberedAccount } from '../lib/remembered.ts';
import { keepInTab, readInTab } from '../lib/tab-storage.ts';

/** A day, the most there is: a laptop that slept for hours comes back by itself. */
const lifeSeconds = 86_400;
/** The second half of its life is for whoever is in the meeting by then. */
const usedForMs = lifeSeconds * 500;
/** Whoever loads the page anew within that time is who was there before. */
const awayMs = 15 * 60_000;

export interface Joiner {
  name: string;
  role: RoleName;
  invitation: Invitation;
}

interface OwnToken {
  token: string;
  /** For whom it was made. */
  as: string;
  /** Unix ms. */
  madeAt: number;
}

/** As it waits in the tab for the next page. */
interface LeftToken extends OwnToken {
  /** Unix ms. */
  leftAt: number;
}

/** By meeting. While a page uses one it is nowhere else: a tab that is duplicated is somebody else. */
const inUse = new Map<string, OwnToken>();
const keyOf = (meetingId: string) => `canopy.token.${meetingId}`;

addEventListener('pagehide', () => {
  for (const [meetingId, own] of inUse)
    keepInTab(keyOf(meetingId), JSON.stringify({ ...own, leftAt: Date.now() } satisfies LeftToken));
});

/**
 * The join token of this tab. Who reloads the page, or leaves and comes back, is the same person: in their breakout room, with
 * their messages. Not so hosts, who may have handed over: they come as what their link or account makes them. Rejects where a
 * link leads nowhere any more.
 */
export async function ownToken(meetingId: string, joiner: Joiner): Promise<string> {
  const { name, role, invitation } = joiner;
  if (invitation.token !== undefined) return invitation.token;
  const as = JSON.stringify([name, role, invitation.link, rememberedAccount()]);
  const known = inUse.get(meetingId) ?? takeFromTab(meetingId);
  if (known?.as === as && Date.now() - known.madeAt < usedForMs && (await isInvited(meetingId, invitation))) {
    inUse.set(meetingId, known);
    return known.token;
  }
  const { token } = await apiFor(invitation).createToken(meetingId, { name, role, ttlSeconds: lifeSeconds });
  if (role !== 'host') inUse.set(meetingId, { token, as, madeAt: Date.now() });
  return token;
}

/** Whoever comes next is somebody new. Returns whether there was one. */
export function forgetOwnToken(meetingId: string): boolean {
  return inUse.delete(meetingId);
}

/** A token outlives the link and the registration it was made for. */
async function isInvited(meetingId: string, invitation: Invitation): Promise<boolean> {
  if (invitation.link === undefined) return true;
  const { registration } = await apiFor(invitation).getInvitation(meetingId);
  return registration?.required !== true;
}

function takeFromTab(meetingId: string): OwnToken | undefined {
  const text = readInTab(keyOf(meetingId));
  keepInTab(keyOf(meetingId), null);
  const left: LeftToken | null = JSON.parse(text ?? 'null');
  return left !== null && Date.now() - left.leftAt < awayMs ? left : undefined;
}
