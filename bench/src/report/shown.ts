import type { Bench } from '../bench.ts';
import type { Exhibit } from './exhibit.ts';
import type { Section } from './page.ts';

const outdated =
  'This result was saved by an older version of the bench; what needs figures that it lacks is left out.';

/** What the report shows of a result. One that an older version of the bench saved may lack figures of today: what needs them is left out, and the summary says so. */
export function shownOf(
  result: object,
  bench: Pick<Bench, 'summary'>,
  exhibit: Exhibit<object> | undefined,
): Pick<Section, 'summary' | 'promises' | 'plots'> {
  const lines = attempt(() => bench.summary(result).split('\n'));
  const promises = attempt(() => exhibit?.promises?.(result) ?? []);
  const plots = attempt(() => exhibit?.plots?.(result) ?? []);
  const shown = {
    lines: lines.made.filter(isComplete),
    promises: promises.made.filter(({ goal, measured }) => isComplete(goal) && isComplete(measured)),
    plots: plots.made.filter(isComplete),
  };
  const isWhole =
    [lines, promises, plots].every(({ failed }) => !failed) &&
    shown.lines.length === lines.made.length &&
    shown.promises.length === promises.made.length &&
    shown.plots.length === plots.made.length;
  return {
    summary: [...shown.lines, ...(isWhole ? [] : [outdated])].join('\n'),
    promises: shown.promises,
    plots: shown.plots,
  };
}

function attempt<T>(make: () => readonly T[]): { made: readonly T[]; failed: boolean } {
  try {
    return { made: make(), failed: false };
  } catch (error) {
    // A figure was taken from something that is not there.
    if (error instanceof TypeError) return { made: [], failed: true };
    throw error;
  }
}

function isComplete(text: string): boolean {
  return !/\b(?:undefined|NaN)\b/.test(text);
}
