import type { RoleName } from '@canopy/client';
import { apiFor } from '../lib/api.ts';
import type { Invitation } from '../lib/invitation.ts';
import { rememberedAccount } from '../lib/remembered.ts';
import { keepInTab, readInTab } from '../lib/tab-storage.ts';

/** A day, the most there is: a laptop that slept for hours comes back by itself. */
const lifeSeconds = 86_400;

export interface Joiner {
  name: string;
  role: RoleName;
  invitation: Invitation;
}

/** As it is kept; `as` tells for whom it was made. */
interface OwnToken {
  token: string;
  as: string;
  /** Unix ms. */
  madeAt: number;
}

const keyOf = (meetingId: string) => `canopy.token.${meetingId}`;

/** The join token of this tab. Who reloads the page, or leaves and comes back, is the same person: in their breakout room, with their messages. */
export async function ownToken(meetingId: string, joiner: Joiner): Promise<string> {
  const { name, role, invitation } = joiner;
  if (invitation.token !== undefined) return invitation.token;
  const as = JSON.stringify([name, role, invitation.link, rememberedAccount()]);
  const kept = readOwn(meetingId);
  // The second half of its life is for whoever is in the meeting by then.
  if (kept?.as === as && Date.now() - kept.madeAt < lifeSeconds * 500) return kept.token;
  const { token } = await apiFor(invitation).createToken(meetingId, { name, role, ttlSeconds: lifeSeconds });
  keepInTab(keyOf(meetingId), JSON.stringify({ token, as, madeAt: Date.now() } satisfies OwnToken));
  return token;
}

/** It did not let anybody in: the next attempt makes another. */
export function forgetOwnToken(meetingId: string): void {
  keepInTab(keyOf(meetingId), null);
}

function readOwn(meetingId: string): OwnToken | undefined {
  const kept = readInTab(keyOf(meetingId));
  return kept === null ? undefined : JSON.parse(kept);
}
