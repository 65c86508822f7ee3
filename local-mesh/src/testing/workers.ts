import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Edge } from '../mesh/edge.ts';

const started = z.object({
  msg: z.literal('worker started'),
  worker: z.number(),
  pid: z.number(),
  time: z.iso.datetime(),
});

/** A mediasoup worker that was started last under its index. */
export interface StartedWorker {
  pid: number;
  /** When it was ready, Unix ms. */
  startedAt: number;
}

/** An edge's workers by their index, as its log tells, without a line that it may be writing. */
export function workersOf({ spec }: Edge): Map<number, StartedWorker> {
  const lines = readFileSync(spec.logFile, 'utf8').split('\n').slice(0, -1);
  const starts = lines
    .filter((line) => line.startsWith('{'))
    .flatMap((line) => started.safeParse(JSON.parse(line)).data ?? []);
  return new Map(starts.map(({ worker, pid, time }) => [worker, { pid, startedAt: Date.parse(time) }]));
}
