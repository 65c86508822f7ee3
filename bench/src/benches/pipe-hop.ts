import { setTimeout as delay } from 'node:timers/promises';
import { frameNumberOf } from '../../../edge-node/src/testing/rtp.ts';
import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { Chain } from '../chain/chain.ts';
import { delaysOfHops } from '../chain/delays.ts';
import { edgeCpu, usedBetween } from '../edge/edge-cpu.ts';
import { loadNote } from '../machine-load.ts';
import { percentile, rounded, type Spread, spread } from '../statistics.ts';

export const description =
  'what one more edge on the way costs: CPU of a relay for each packet that it takes from one link and sends over the next, and time each hop adds';

export const needs = 'code';

export const options = {
  hops: { type: 'string', default: '3', description: 'N: links from the origin to the last edge' },
  frames: { type: 'string', default: '1000', description: 'N: frames timed, 50 a second' },
  tracks: { type: 'string', default: '20', description: 'N: tracks that flow while CPU is measured' },
  rounds: { type: 'string', default: '5', description: 'N: times that it is measured' },
  seconds: { type: 'string', default: '4', description: 'S: of each time' },
  'packet-bytes': { type: 'string', default: '1100', description: 'N: bytes of an RTP packet' },
} as const;

export interface PipeHopResult {
  hops: number;
  packetBytes: number;
  cpu: {
    rounds: number;
    packetsPerSecond: number;
    /** Of one relay's worker, for each packet received and sent once. */
    microsecondsPerPacket: Spread;
    /** The same of the relay's Node process, which packets do not pass. */
    nodeMicrosecondsPerPacket: Spread;
  };
  /** From a frame's arrival at a viewer on one edge to its arrival at one on the next, ms. */
  addedMs: { frames: number; p50: number; p95: number; p99: number; perHop: { p50: number; p95: number }[] };
  /** The percentiles 1 to 99 of the same. */
  addedMsPercentiles: number[];
  notes: string[];
}

const timedFramesPerSecond = 50;
const loadFramesPerSecond = 100;
const settleMs = 2_000;

export async function run(values: OptionValues): Promise<PipeHopResult> {
  const hops = wholeNumber(values, 'hops', 2, 20) ?? 3;
  const frames = wholeNumber(values, 'frames', 10, 1_000_000) ?? 1_000;
  const tracks = wholeNumber(values, 'tracks', 1, 500) ?? 20;
  const rounds = wholeNumber(values, 'rounds', 1, 1_000) ?? 5;
  const seconds = wholeNumber(values, 'seconds', 1, 600) ?? 4;
  const packetBytes = wholeNumber(values, 'packet-bytes', 50, 1_400) ?? 1_100;
  const note = loadNote();
  await using chain = await Chain.start(hops);
  const delays = await timeFrames(chain, packetBytes, frames);
  const all = delays.flat();
  console.error(`${all.length} frames timed: p50 ${rounded(percentile(all, 50), 3)} ms`);
  const loads = await loadRelays(chain, { tracks, rounds, seconds, packetBytes });
  const of = (percent: number, values = all) => rounded(percentile(values, percent), 3);
  return {
    hops,
    packetBytes,
    cpu: {
      rounds,
      packetsPerSecond: Math.round(
        percentile(
          loads.map(({ packetsPerSecond }) => packetsPerSecond),
          50,
        ),
      ),
      microsecondsPerPacket: spread(
        loads.map(({ workerMicroseconds }) => workerMicroseconds),
        2,
      ),
      nodeMicrosecondsPerPacket: spread(
        loads.map(({ nodeMicroseconds }) => nodeMicroseconds),
        2,
      ),
    },
    addedMs: {
      frames: all.length,
      p50: of(50),
      p95: of(95),
      p99: of(99),
      perHop: delays.map((hop) => ({ p50: of(50, hop), p95: of(95, hop) })),
    },
    addedMsPercentiles: Array.from({ length: 99 }, (_, at) => of(at + 1)),
    notes: [
      note,
      'One machine: what a network adds is not in it, but each hop takes two processes that share its cores.',
      'Viewers are plain RTP in one process, whose own lateness is in each single time and not in their median.',
    ],
  };
}

/** One track, and a viewer on every edge. The delays of each hop, ms. */
async function timeFrames(chain: Chain, packetBytes: number, frames: number): Promise<number[][]> {
  const meetingId = 'timed';
  await using owned = new AsyncDisposableStack();
  owned.use(await chain.publish(meetingId, packetBytes, timedFramesPerSecond));
  const arrivals = chain.edges.map(() => new Map<number, number>());
  for (const [at, edge] of chain.edges.entries())
    owned.use(
      await chain.watch(edge, meetingId, (packet) => arrivals[at]?.set(frameNumberOf(packet), performance.now())),
    );
  await delay(settleMs);
  for (const seen of arrivals) seen.clear();
  while ((arrivals.at(-1)?.size ?? 0) < frames) await delay(1_000 / timedFramesPerSecond);
  return delaysOfHops(arrivals);
}

interface RelayLoad {
  packetsPerSecond: number;
  workerMicroseconds: number;
  nodeMicroseconds: number;
}

/** Many tracks, with viewers on the last edge only. One figure for each relay and round. */
async function loadRelays(
  chain: Chain,
  size: { tracks: number; rounds: number; seconds: number; packetBytes: number },
): Promise<RelayLoad[]> {
  await using owned = new AsyncDisposableStack();
  const leaf = chain.edges.at(-1);
  if (leaf === undefined) throw new Error('the chain has no edges');
  let packets = 0;
  for (let track = 0; track < size.tracks; track++) {
    const meetingId = `load-${track}`;
    owned.use(await chain.publish(meetingId, size.packetBytes, loadFramesPerSecond));
    owned.use(await chain.watch(leaf, meetingId, () => void packets++));
  }
  await delay(settleMs);
  const loads: RelayLoad[] = [];
  for (let round = 0; round < size.rounds; round++) {
    const before = { packets, startedAt: performance.now(), cpu: chain.relays.map(edgeCpu) };
    await delay(size.seconds * 1_000);
    const passed = packets - before.packets;
    const packetsPerSecond = (passed / (performance.now() - before.startedAt)) * 1_000;
    for (const [at, relay] of chain.relays.entries()) {
      const used = usedBetween(before.cpu[at] ?? { worker: 0, node: 0 }, edgeCpu(relay));
      const perPacket = (ms: number) => (ms * 1_000) / passed;
      const workerMicroseconds = perPacket(used.worker);
      loads.push({ packetsPerSecond, workerMicroseconds, nodeMicroseconds: perPacket(used.node) });
    }
    console.error(`round ${round + 1} of ${size.rounds}: ${rounded(loads.at(-1)?.workerMicroseconds ?? 0)} µs`);
  }
  return loads;
}

export function summary({ hops, packetBytes, cpu, addedMs, notes }: PipeHopResult): string {
  const { median, least, most } = cpu.microsecondsPerPacket;
  return [
    `${hops} hops, packets of ${packetBytes} bytes`,
    `CPU of a relay for each packet, from one link to the next: ${median} µs (${least} to ${most}) at ${cpu.packetsPerSecond} packets a second`,
    `added by a hop: p50 ${addedMs.p50} ms, p95 ${addedMs.p95} ms, p99 ${addedMs.p99} ms; ${addedMs.frames} frames`,
    ...notes,
  ].join('\n');
}
