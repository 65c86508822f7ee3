/** Somebody who may not come back into a meeting. */
export interface Ban {
  participantId: string;
  /** The person, by the customer's own id. Undefined: nobody knows who it is. */
  userId: string | undefined;
  /** Of the network they were in. Undefined: it is not known. */
  networkHash: string | undefined;
}

/** A ban as hosts see it. */
export interface ListedBan extends Ban {
  /** Theirs in the meeting; empty: it is not known. */
  name: string;
  /** Unix ms. */
  bannedAt: number;
}

/** Whether it is somebody who was banned: the same participant, or the same person as another one. */
export function isBanned(bans: readonly Ban[], { participantId, userId }: Omit<Ban, 'networkHash'>): boolean {
  return bans.some((ban) => ban.participantId === participantId || (userId !== undefined && ban.userId === userId));
}

/**
 * Whether somebody without an account comes from the same network as somebody who was banned. It may be the same person, or
 * a neighbour: that is for people to decide.
 */
export function isFromBannedNetwork(
  bans: readonly Ban[],
  { userId, networkHash }: Pick<Ban, 'userId' | 'networkHash'>,
): boolean {
  return userId === undefined && networkHash !== undefined && bans.some((ban) => ban.networkHash === networkHash);
}
