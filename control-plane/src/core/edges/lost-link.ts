/** The link between two edges that seem well, since media stopped getting from one to the other. Times ms. */
export interface LostLink {
  /** No plan leads over it before this, unless nothing else leads there. */
  until: number;
  /** Losses before this one, without a long peace between them. */
  relapses: number;
  /** Probes between the two were lost as well. */
  deaf: boolean;
}

export interface LostLinkLimits {
  /** A link stays lost for so long, and twice as long after each relapse, up to the longest, ms. */
  holdMs: number;
  longestHoldMs: number;
  /** It stays lost for so long after probes were last lost on it, ms. */
  quietMs: number;
  /** Probes are lost on it when so many in a row were not answered. */
  unanswered: number;
  /** After so long in peace a loss is no relapse, ms. */
  forgetAfterMs: number;
}

export const defaultLostLinkLimits: LostLinkLimits = {
  holdMs: 30_000,
  longestHoldMs: 600_000,
  quietMs: 10_000,
  unanswered: 2,
  forgetAfterMs: 600_000,
};

/** After an edge said that media stopped coming over the link. While it is lost already, that is no news: every meeting says it. */
export function afterLoss(known: LostLink | undefined, limits: LostLinkLimits, now: number): LostLink {
  if (known !== undefined && isHeld(known, now)) return known;
  const relapses = known === undefined || isOver(known, limits, now) ? 0 : known.relapses + 1;
  const holdMs = Math.min(limits.longestHoldMs, limits.holdMs * 2 ** relapses);
  return { until: now + holdMs, relapses, deaf: false };
}

/**
 * After a look at what probes say: in either direction so many in a row were not `unanswered`. Probes that noticed the loss
 * decide when it is over; where they get through all the time they say nothing about the link, and it is over in time.
 */
export function afterProbes(
  link: LostLink,
  unanswered: number | undefined,
  limits: LostLinkLimits,
  now: number,
): LostLink {
  if (unanswered === undefined || !isHeld(link, now)) return link;
  if (unanswered >= limits.unanswered) {
    const until = Math.max(link.until, now + limits.quietMs);
    return link.deaf && until === link.until ? link : { ...link, until, deaf: true };
  }
  return link.deaf && unanswered === 0 ? { ...link, until: now } : link;
}

/** Whether plans lead around it. */
export function isHeld({ until }: LostLink, now: number): boolean {
  return now < until;
}

/** Whether nothing of it needs to be remembered. */
export function isOver({ until }: LostLink, { forgetAfterMs }: LostLinkLimits, now: number): boolean {
  return now - until >= forgetAfterMs;
}
