import type { InProcessEdge } from '../../src/testing/index.ts';

/** Reads series by their names and labels as they are served; NaN: there is none. All of one scrape. */
export async function scrape({ context }: InProcessEdge): Promise<(series: string) => number> {
  const lines = (await (await fetch(`http://${context.httpAddress}/metrics`)).text()).split('\n');
  return (series) => {
    const line = lines.find((each) => each.startsWith(`${series} `));
    return line === undefined ? Number.NaN : Number(line.slice(series.length));
  };
}

/** The value of a series now. */
export async function metricOf(edge: InProcessEdge, series: string): Promise<number> {
  return (await scrape(edge))(series);
}
