import type { Lane } from './lanes.ts';

/** The ways a track comes to an edge, and what is wanted of them. */
export interface WaysThere<Way> {
  /** The way that the routes name so; undefined while it does not come. */
  named: (lane: Lane) => Way | undefined;
  /** Whether somebody needs the way that is named so. */
  keeps: (lane: Lane) => boolean;
  /** Of those that serve still. */
  inUse: Way | undefined;
  /** It took over by itself, under this plan. */
  tookOver: boolean;
}

/**
 * The way to use and the way to fall back on: as the routes say, but a way that took over stays in use for a while, or until
 * the next plan. Where only one is needed, there is none to fall back on. The first is undefined if the routes name none that is there.
 */
export function chooseWays<Way>({ named, keeps, inUse, tookOver }: WaysThere<Way>): [Way | undefined, Way | undefined] {
  const [main, spare] = (['main', 'spare'] as const).map((lane) => (keeps(lane) ? named(lane) : undefined));
  if (!(keeps('main') && keeps('spare'))) return [main ?? spare ?? inUse, undefined];
  const preferred = tookOver ? [inUse, main, spare] : [main, spare];
  const [first = inUse, second] = [...new Set(preferred.filter((way) => way !== undefined))];
  return [first, second];
}

/** The parents that the routes name. */
export interface NamedParents {
  main: string;
  spare: string | undefined;
}

/** Which of the parents that the routes name this is. */
export function laneOfParent(parentId: string | undefined, named: NamedParents | undefined): Lane | undefined {
  if (parentId === undefined || named === undefined) return undefined;
  if (parentId === named.main) return 'main';
  return parentId === named.spare ? 'spare' : undefined;
}

/** The ways that are needed, and over which nothing comes from the parent that the routes name; `from`: those it comes from. */
export function missingWays(
  named: NamedParents | undefined,
  from: ReadonlySet<string | undefined>,
  keeps: (lane: Lane) => boolean,
): Lane[] {
  if (named === undefined) return from.size > 0 ? [] : ['main'];
  const lacks = (lane: Lane) => named[lane] !== undefined && keeps(lane) && !from.has(named[lane]);
  return (['main', 'spare'] as const).filter(lacks);
}
