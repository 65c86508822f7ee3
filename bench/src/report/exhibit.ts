import { shown } from './plots.ts';

/** A goal, and what was measured of it. */
export interface Promised {
  what: string;
  goal: string;
  measured: string;
  kept: boolean;
}

/** What the report shows of a bench beyond its summary. */
export interface Exhibit<Result> {
  promises?: (result: Result) => Promised[];
  /** SVG, of plots.ts. */
  plots?: (result: Result) => string[];
}

export function atMost(what: string, measured: number, limit: number, unit = ''): Promised {
  // What never came is infinite, and null in what was saved.
  const kept = Number.isFinite(measured) && measured <= limit;
  const withUnit = (value: number) => `${shown(value)} ${unit}`.trim();
  return { what, goal: `≤ ${withUnit(limit)}`, measured: withUnit(measured), kept };
}

/** Nobody stays without media: gaps are of those who got it again. Nothing where that was not counted yet: such results say it with a gap without an end. */
export function nobodyWithoutMedia(what: string, { withoutMedia }: { withoutMedia?: number }): Promised[] {
  return withoutMedia === undefined ? [] : [none(`${what}: viewers who got no media any more`, withoutMedia)];
}

export function none(what: string, count: number): Promised {
  return { what, goal: 'none', measured: count === 0 ? 'none' : shown(count), kept: count === 0 };
}

export function holds(what: string, kept: boolean): Promised {
  return { what, goal: 'yes', measured: kept ? 'yes' : 'no', kept };
}
