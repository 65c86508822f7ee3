import { text, wholeNumber } from '../arguments.ts';
import { BenchError, type OptionValues } from '../bench.ts';
import { type Sample, weighConsumers, weighTransports, weighViewers } from '../memory/series.ts';
import { slope } from '../statistics.ts';

export const description =
  'bytes that an edge holds for each transport, consumer and connected viewer, in its worker and in its Node process';

export const needs = 'code';

export const options = {
  transports: { type: 'string', default: '100,200,400,800', description: 'N,N: transports that are weighed' },
  people: { type: 'string', default: '50', description: 'N: who have the consumers' },
  cameras: { type: 'string', default: '0,10,20,40', description: 'N,N: cameras that each of them receives' },
  viewers: { type: 'string', default: '20,40,80,120', description: 'N,N: viewers who are connected and receive' },
} as const;

interface Weighed {
  /** By how much an edge grows with each, bytes. */
  workerBytes: number;
  nodeBytes: number;
  samples: Sample[];
}

export interface MemoryResult {
  perTransport: Weighed;
  perConsumer: Weighed;
  /** With its transport and one consumer, DTLS and SRTP. */
  perViewer: Weighed;
  notes: string[];
}

export async function run(values: OptionValues): Promise<MemoryResult> {
  const transports = await weighTransports(counts(values, 'transports'));
  const people = wholeNumber(values, 'people', 1, 1_000) ?? 50;
  const consumers = await weighConsumers(people, counts(values, 'cameras'));
  const viewers = await weighViewers(counts(values, 'viewers'));
  return {
    perTransport: weighed(transports),
    perConsumer: weighed(consumers),
    perViewer: weighed(viewers),
    notes: [
      'The worker’s resident memory, and objects and buffers of Node after garbage was collected: slopes over all sizes.',
      'Of a transport nobody is connected to, the keys of DTLS and SRTP are missing.',
    ],
  };
}

function counts(values: OptionValues, option: string): number[] {
  const list = (text(values, option) ?? '').split(',').map(Number);
  const ascending = list.every((count, at) => at === 0 || count > (list[at - 1] ?? 0));
  if (list.length >= 2 && ascending && list.every((count) => Number.isInteger(count) && count >= 0 && count <= 10_000))
    return list;
  throw new BenchError(`--${option} takes two whole numbers or more, ascending, not "${text(values, option)}".`);
}

function weighed(samples: Sample[]): Weighed {
  const per = (of: 'worker' | 'node') => Math.round(slope(samples.map((one) => ({ x: one.count, y: one[of] }))));
  return { workerBytes: per('worker'), nodeBytes: per('node'), samples };
}

export function summary({ perTransport, perConsumer, perViewer, notes }: MemoryResult): string {
  const kib = (bytes: number) => `${(bytes / 1_024).toFixed(1)} KiB`;
  const line = (name: string, { workerBytes, nodeBytes }: Weighed) =>
    `${name.padEnd(12)} ${kib(workerBytes).padStart(10)} in the worker, ${kib(nodeBytes).padStart(10)} in Node`;
  return [
    line('transport', perTransport),
    line('consumer', perConsumer),
    line('live viewer', perViewer),
    ...notes,
  ].join('\n');
}
