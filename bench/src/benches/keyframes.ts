import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { type CrowdResult, joinAsCrowd } from '../keyframes/crowd.ts';
import { percentile, rounded, type Spread, spread } from '../statistics.ts';

export const description =
  'many viewers join on a relay and two leaf edges within a second: keyframe requests at the publisher of the track they watch, time to its first frame';

export const needs = 'code';

export const options = {
  viewers: { type: 'string', default: '1000', description: 'N: viewers who join' },
  'within-ms': { type: 'string', default: '1000', description: 'MS: time over which they do' },
  runs: { type: 'string', default: '3', description: 'N: times it is done, each with new edges' },
} as const;

export interface KeyframesResult {
  viewers: number;
  runs: number;
  edges: number;
  /** From the first who asked to the last, ms: longer than asked for where the machine could not follow. */
  askedWithinMs: Spread;
  /** Of one stream of the publisher within 500 ms; the goal is 1. */
  keyFrameRequestsPer500Ms: Spread;
  /** Of all three streams together. */
  keyFrameRequests: Spread;
  /** From joining to the start of a keyframe; the goal is 1,000 ms and a round trip. */
  firstFrameMs: { p50: Spread; p95: Spread; max: Spread };
  /** Viewers who had no frame after 5 s. */
  withoutFrame: Spread;
  /** CPU time that one viewer costs until everybody has a frame, ms: in the edges' Node processes, in their workers, and as a viewer. */
  cpuMsPerViewer: { node: Spread; worker: Spread; audience: Spread };
  /** Cores that so many viewers would have kept busy if all had been served while they came: with fewer, they stand in line. */
  coresAskedFor: Spread;
}

/** Origin, relay and two leaves. */
const edges = 4;

export async function run(values: OptionValues): Promise<KeyframesResult> {
  const viewers = wholeNumber(values, 'viewers', 1, 10_000) ?? 1_000;
  const withinMs = wholeNumber(values, 'within-ms', 0, 60_000) ?? 1_000;
  const runs = wholeNumber(values, 'runs', 1, 100) ?? 3;
  const results: CrowdResult[] = [];
  for (let number = 1; number <= runs; number++) {
    const result = await joinAsCrowd(viewers, withinMs);
    results.push(result);
    console.error(`run ${number} of ${runs}: slowest first frame ${rounded(result.firstFrameMs.at(-1) ?? 0)} ms`);
  }
  const over = (read: (result: CrowdResult) => number, digits = 1) => spread(results.map(read), digits);
  return {
    viewers,
    runs,
    edges,
    askedWithinMs: over((result) => result.askedWithinMs),
    keyFrameRequestsPer500Ms: over((result) => result.keyFrameRequests.mostPer500Ms),
    keyFrameRequests: over((result) => result.keyFrameRequests.total),
    firstFrameMs: {
      p50: over((result) => percentile(result.firstFrameMs, 50)),
      p95: over((result) => percentile(result.firstFrameMs, 95)),
      max: over((result) => percentile(result.firstFrameMs, 100)),
    },
    withoutFrame: over((result) => result.withoutFrame),
    cpuMsPerViewer: {
      node: over(({ cpuMs }) => cpuMs.node / viewers, 2),
      worker: over(({ cpuMs }) => cpuMs.worker / viewers, 2),
      audience: over(({ cpuMs }) => cpuMs.audience / viewers, 2),
    },
    coresAskedFor: over(({ cpuMs, askedWithinMs }) => (cpuMs.node + cpuMs.worker + cpuMs.audience) / askedWithinMs),
  };
}

export function summary(result: KeyframesResult): string {
  const { firstFrameMs, askedWithinMs, keyFrameRequestsPer500Ms, keyFrameRequests, cpuMsPerViewer } = result;
  const show = ({ median, least, most }: Spread) => `${median} (${least} to ${most})`;
  return [
    `${result.viewers} viewers on a relay and two leaves asked within ${show(askedWithinMs)} ms; ${result.runs} runs`,
    `keyframe requests at the publisher: at most ${show(keyFrameRequestsPer500Ms)} per stream and 500 ms, ${show(keyFrameRequests)} in all`,
    `CPU per viewer: edges' Node ${show(cpuMsPerViewer.node)} ms, workers ${show(cpuMsPerViewer.worker)} ms, viewers themselves ${show(cpuMsPerViewer.audience)} ms; ${show(result.coresAskedFor)} cores asked for`,
    `first frame: p50 ${show(firstFrameMs.p50)} ms, p95 ${show(firstFrameMs.p95)} ms, slowest ${show(firstFrameMs.max)} ms, none for ${show(result.withoutFrame)}`,
  ].join('\n');
}
