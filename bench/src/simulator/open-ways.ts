import { takes } from '@canopy/control-plane/core/placement/place';
import { defaultPlacementPolicy } from '@canopy/control-plane/core/placement/types';
import type { City } from '../placement/cities.ts';
import type { SimMeeting } from './sim-meeting.ts';
import type { SimEdge, World } from './world.ts';

const limits = { ...defaultPlacementPolicy, overloadThreshold: defaultPlacementPolicy.recoveryThreshold };

/** Ways from cities to the publishers of meetings, as of one moment, for those on one full edge. Mostly they can go nowhere, which the shortest way over an edge with room tells without a placement. */
export class OpenWays {
  readonly #world: World;
  readonly #open: readonly SimEdge[];
  readonly #ofMeetings = new Map<SimMeeting, WaysOfMeeting>();

  /** @param sessionLoad what one session costs where they come from: it counts elsewhere, too, if that is more. */
  constructor(world: World, sessionLoad: number) {
    this.#world = world;
    this.#open = world.edges.filter(({ candidate }) => {
      if (!takes(candidate, limits)) return false;
      return takes({ ...candidate, loadPerParticipant: Math.max(candidate.loadPerParticipant, sessionLoad) }, limits);
    });
  }

  /** The way over an edge, ms. */
  overMs({ candidate, index }: SimEdge, meeting: SimMeeting, city: City): number {
    return (this.#world.knownRtts(city)[index] ?? 0) + meeting.meanPathMs(candidate.id);
  }

  /** The shortest over an edge that takes people off full ones, ms; infinite without such an edge. */
  shortestMs(meeting: SimMeeting, city: City): number {
    const { pathsMs, shortestMs } = this.#of(meeting);
    const before = shortestMs.get(city);
    if (before !== undefined) return before;
    const rtts = this.#world.knownRtts(city);
    let shortest = Number.POSITIVE_INFINITY;
    for (const { index } of this.#open) shortest = Math.min(shortest, (rtts[index] ?? 0) + (pathsMs[index] ?? 0));
    shortestMs.set(city, shortest);
    return shortest;
  }

  #of(meeting: SimMeeting): WaysOfMeeting {
    const before = this.#ofMeetings.get(meeting);
    if (before !== undefined) return before;
    const pathsMs = new Float64Array(this.#world.edges.length);
    for (const { candidate, index } of this.#open) pathsMs[index] = meeting.meanPathMs(candidate.id);
    const ways = { pathsMs, shortestMs: new Map<City, number>() };
    this.#ofMeetings.set(meeting, ways);
    return ways;
  }
}

interface WaysOfMeeting {
  /** From the edges with room to the publishers, ms, by the edge's index. */
  pathsMs: Float64Array;
  shortestMs: Map<City, number>;
}
