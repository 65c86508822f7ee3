import { type Spread, spread } from './statistics.ts';

/** The same thing done several times. */
export interface Repeated {
  count: number;
  /** Over the runs. */
  figures: Readonly<Record<string, Spread>>;
}

/** What the last of `count` runs gave, with the figures of all of them. A figure that a run lacks counts for nothing. */
export async function repeated<Result extends object>(
  count: number,
  play: () => Promise<Result>,
  figuresOf: (result: Result) => Readonly<Record<string, number | undefined>>,
): Promise<Result & { runs: Repeated }> {
  const seen = new Map<string, number[]>();
  for (let run = 1; ; run++) {
    const result = await play();
    for (const [figure, value] of Object.entries(figuresOf(result)))
      if (value !== undefined) seen.set(figure, [...(seen.get(figure) ?? []), value]);
    if (count > 1) console.error(`run ${run} of ${count} is done`);
    if (run < count) continue;
    const figures = Object.fromEntries([...seen].map(([figure, values]) => [figure, spread(values)]));
    return { ...result, runs: { count, figures } };
  }
}

/** For people; nothing of a single run, or of a result saved before there were several. */
export function repeatedLines(runs: Repeated | undefined): string[] {
  if (runs === undefined || runs.count === 1) return [];
  return [
    `of ${runs.count} runs, of which the above is the last:`,
    ...Object.entries(runs.figures).map(
      ([figure, { median, least, most }]) => `  ${figure.padEnd(34)} median ${median}, ${least} to ${most}`,
    ),
  ];
}
