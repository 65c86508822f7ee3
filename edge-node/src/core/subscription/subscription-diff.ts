import type { TrackTarget } from '@canopy/proto/edge_media';
import type { TrackWant } from '@canopy/proto/media';

/** A target that says what it wants, as every target does once it is validated. */
export type WantedTrack = TrackTarget & { want: TrackWant };

/** What a subscription is for. */
export type SubscribedTrack = Pick<WantedTrack, 'want' | 'originEdgeId'> & {
  /** The way it comes by goes on for a while only. */
  outdated?: boolean;
};

export interface SubscriptionDiff {
  add: WantedTrack[];
  /** Subscriptions whose track has another origin now, or comes another way: to be made anew, while the old ones go on for a while. */
  move: WantedTrack[];
  /** Subscriptions that stay, with another size or priority. */
  change: TrackWant[];
  /** Track ids. */
  close: string[];
}

/** What turns the set of subscriptions a participant has (by track id) into the set it wants. A track named twice counts once, as named last. */
export function diffSubscriptions(
  current: ReadonlyMap<string, SubscribedTrack>,
  wanted: readonly WantedTrack[],
): SubscriptionDiff {
  const targets = new Map(wanted.map((target) => [target.want.trackId, target]));
  const diff: SubscriptionDiff = { add: [], move: [], change: [], close: [] };
  for (const [trackId, target] of targets) {
    const existing = current.get(trackId);
    if (existing === undefined) diff.add.push(target);
    else if (existing.originEdgeId !== target.originEdgeId || existing.outdated) diff.move.push(target);
    else if (!sameWant(existing.want, target.want)) diff.change.push(target.want);
  }
  for (const trackId of current.keys()) if (!targets.has(trackId)) diff.close.push(trackId);
  return diff;
}

function sameWant(a: TrackWant, b: TrackWant): boolean {
  return a.width === b.width && a.height === b.height && a.priority === b.priority;
}
