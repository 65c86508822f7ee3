import { type ForwardingResult, labels } from '../../benches/forwarding.ts';
import type { MemoryResult } from '../../benches/memory.ts';
import type { PipeHopResult } from '../../benches/pipe-hop.ts';
import type { SessionCreateResult } from '../../benches/session-create.ts';
import { forwarders } from '../../forwarding/judge.ts';
import type { Spread } from '../../statistics.ts';
import { type Exhibit, none } from '../exhibit.ts';
import { type Bar, bars, lines } from '../plots.ts';

/** What one edge does. */

function barOf(label: string, { median, least, most }: Spread): Bar {
  return { label, value: median, least, most };
}

/** Of every thousand packets, that many may be lost between processes on one machine before a comparison is none. */
const permilleLost = 5;

export const forwarding: Exhibit<ForwardingResult> = {
  promises: ({ forwarders: took }) => [
    none(
      `Forwarders of which more than ${permilleLost} ‰ did not arrive`,
      Object.values(took).filter(({ arrived }) => arrived < 1 - permilleLost / 1_000).length,
    ),
  ],
  plots: ({ forwarders: took, canopyTo }) => [
    bars(
      'CPU for each packet to a viewer',
      'µs',
      forwarders.flatMap((name) => {
        const { microsecondsPerPacket: all, nodeMicrosecondsPerPacket: node } = took[name] ?? {};
        return [
          ...(all === undefined ? [] : [barOf(labels[name], all)]),
          ...(node === undefined ? [] : [barOf('of which Node', node)]),
        ];
      }),
    ),
    bars(
      'CPU of Canopy, as a share of another’s',
      '',
      forwarders.flatMap((name) => {
        const ratio = name === 'canopy' ? undefined : canopyTo[name];
        return ratio === undefined ? [] : [barOf(labels[name], ratio)];
      }),
    ),
  ],
};

export const pipeHop: Exhibit<PipeHopResult> = {
  plots: ({ cpu, addedMsPercentiles }) => [
    bars('CPU of a relay for each packet', 'µs', [
      barOf('worker', cpu.microsecondsPerPacket),
      barOf('Node', cpu.nodeMicrosecondsPerPacket),
    ]),
    lines('Time that a hop adds', { x: '% of frames', y: 'ms' }, [
      { label: 'no longer than', points: addedMsPercentiles.map((y, at) => ({ x: at + 1, y })) },
    ]),
  ],
};

const kib = 1_024;

export const memory: Exhibit<MemoryResult> = {
  plots: (result) => [
    bars('Memory of the worker for each', 'KiB', [
      { label: 'transport', value: result.perTransport.workerBytes / kib },
      { label: 'consumer', value: result.perConsumer.workerBytes / kib },
      { label: 'live viewer', value: result.perViewer.workerBytes / kib },
    ]),
    bars('Memory of Node for each', 'KiB', [
      { label: 'transport', value: result.perTransport.nodeBytes / kib },
      { label: 'consumer', value: result.perConsumer.nodeBytes / kib },
      { label: 'live viewer', value: result.perViewer.nodeBytes / kib },
    ]),
    lines('Memory of the worker', { x: 'how many', y: 'MiB' }, [
      { label: 'transports', points: pointsOf(result.perTransport) },
      { label: 'consumers', points: pointsOf(result.perConsumer) },
      { label: 'live viewers', points: pointsOf(result.perViewer) },
    ]),
  ],
};

function pointsOf({ samples }: MemoryResult['perViewer']) {
  return samples.map(({ count, worker }) => ({ x: count, y: worker / kib / kib }));
}

export const sessionCreate: Exhibit<SessionCreateResult> = {
  plots: ({ api, joins }) => [
    bars('Sessions a second for each core', '', [
      barOf('gRPC, worker', api.perWorkerCore),
      barOf('gRPC, Node', api.perNodeCore),
      barOf('real joins, worker', joins.perWorkerCore),
      barOf('real joins, Node', joins.perNodeCore),
    ]),
  ],
};
