import { BackupPolicy } from '@canopy/proto/routing';
import { text, wholeNumber } from '../arguments.ts';
import { BenchError, type OptionValues } from '../bench.ts';
import { type DecoderResult, watchInBrowser } from '../failover/decoder.ts';
import { dropsPackets, type FaultKind, faultKinds, possibleFaults } from '../failover/faults.ts';
import {
  judgeRegions,
  LostRegion,
  possibleRegionFaults,
  type RegionFault,
  type RegionLoss,
  type RegionLosses,
} from '../failover/lost-region.ts';
import { OwnEdge } from '../failover/own-edge.ts';
import { type Drains, judgeDrains, judgeLosses, type OwnEdgeLosses } from '../failover/own-edge-result.ts';
import { type KindResult, loseRelays, type RelayLosses } from '../failover/relay-losses.ts';
import { type Repeated, repeated, repeatedLines } from '../repeated.ts';

export const description =
  'relays, edges and a region are lost in several ways, and edges emptied, under people who watch: how long their media stops';

export const needs = 'browser';

export const options = {
  only: {
    type: 'string',
    description:
      'SECTIONS: of relay, cold, gateway, edge, drain, region and decoder, with commas; default: all but cold, gateway and region',
  },
  kills: {
    type: 'string',
    default: '30',
    description: 'N: relays killed with SIGKILL, half the Node process, half the worker',
  },
  others: { type: 'string', default: '8', description: 'N: relays lost in each other way' },
  viewers: { type: 'string', default: '40', description: 'N: viewers on the leaf, for each relay' },
  'at-once': { type: 'string', default: '4', description: 'N: meetings with a relay to lose, side by side' },
  edges: { type: 'string', default: '3', description: 'N: edges of viewers lost in each way' },
  drains: { type: 'string', default: '3', description: 'N: edges of viewers emptied' },
  regions: { type: 'string', default: '2', description: 'N: regions lost in each way' },
  'decoder-rounds': { type: 'string', default: '2', description: 'N: relays lost in each way under a real browser' },
  runs: { type: 'string', default: '1', description: 'N: times all of it is done, for medians and ranges' },
  'edge-viewers': {
    type: 'string',
    default: '10',
    description: 'N: viewers on each edge that is lost or emptied, and in each region',
  },
} as const;

const sections = ['relay', 'cold', 'gateway', 'edge', 'drain', 'region', 'decoder'] as const;
type Section = (typeof sections)[number];
/** The others take edges of their own, and time: they are lost where somebody asks for it. */
const usual: readonly Section[] = ['relay', 'edge', 'drain', 'decoder'];

/** Sections left out are null. */
export interface FailoverResult {
  relayKilled: KindResult | null;
  relays: RelayLosses | null;
  /** The same where second ways are held back until they are needed, as in small meetings. */
  cold: RelayLosses | null;
  /** Relays above the gateway of a region, under viewers on another edge of it. */
  gateways: RelayLosses | null;
  /** The viewers' own edge, by SIGKILL of its Node process or its worker. */
  edgeKilled: OwnEdgeLosses | null;
  edges: Record<FaultKind, OwnEdgeLosses> | null;
  drained: Drains | null;
  /** Both edges of a region over which another one gets its media, at the same moment. */
  regions: Partial<Record<RegionFault, RegionLosses>> | null;
  /** A relay lost under a real browser: gaps between the frames it shows. */
  decoder: DecoderResult | null;
  notes: string[];
  /** Of several times; what stands above is the last. */
  runs: Repeated;
}

export function run(values: OptionValues): Promise<FailoverResult> {
  return repeated(wholeNumber(values, 'runs', 1, 100) ?? 1, () => runOnce(values), figuresOf);
}

type RunResult = Omit<FailoverResult, 'runs'>;

function figuresOf({ relayKilled, relays, cold, gateways, edges, drained, regions, decoder }: RunResult) {
  const figures: Record<string, number | undefined> = {
    'relay killed, gap p50': relayKilled?.gapMs.p50,
    'relay killed, gap p99': relayKilled?.gapMs.p99,
    'relay killed, without media': relayKilled?.withoutMedia,
    'relay killed, sound, gap p99': relayKilled?.audioGapMs.p99,
    'relay killed, held back, gap p95': cold?.relayKilled.gapMs.p95,
    'drained, frames lost': drained?.framesLost,
    'browser, gap max': decoder?.relayKilled.gapMs.max,
  };
  for (const kind of faultKinds) {
    if (relays !== null && relays.byKind[kind].count > 0) {
      figures[`relay, ${kind}, gap p95`] = relays.byKind[kind].gapMs.p95;
      figures[`relay, ${kind}, gap max`] = relays.byKind[kind].gapMs.max;
      figures[`relay, ${kind}, without media`] = relays.byKind[kind].withoutMedia;
    }
    if (gateways !== null && gateways.byKind[kind].count > 0) {
      figures[`above a gateway, ${kind}, gap p95`] = gateways.byKind[kind].gapMs.p95;
      figures[`above a gateway, ${kind}, gap max`] = gateways.byKind[kind].gapMs.max;
      figures[`above a gateway, ${kind}, without media`] = gateways.byKind[kind].withoutMedia;
    }
    if (edges !== null && edges[kind].count > 0) {
      figures[`own edge, ${kind}, p95`] = edges[kind].gapMs.p95;
      figures[`own edge, ${kind}, without media`] = edges[kind].withoutMedia;
    }
  }
  for (const [kind, { gapMs, placedMs, withoutMedia }] of Object.entries(regions ?? {})) {
    figures[`region, ${kind}, gap p95`] = gapMs.p95;
    figures[`region, ${kind}, elsewhere p95`] = placedMs.p95;
    figures[`region, ${kind}, without media`] = withoutMedia;
  }
  return figures;
}

async function runOnce(values: OptionValues): Promise<RunResult> {
  const wanted = sectionsOf(values);
  const size = {
    kills: wholeNumber(values, 'kills', 2, 1_000) ?? 30,
    others: wholeNumber(values, 'others', 0, 1_000) ?? 8,
    viewers: wholeNumber(values, 'viewers', 1, 1_000) ?? 40,
    atOnce: wholeNumber(values, 'at-once', 1, 20) ?? 4,
  };
  const [warm, heldBack] = [BackupPolicy.WARM, BackupPolicy.COLD];
  const relays = wanted.has('relay') ? await loseRelays({ ...size, aboveGateway: false, backup: warm }) : undefined;
  const cold = wanted.has('cold') ? await loseRelays({ ...size, aboveGateway: false, backup: heldBack }) : undefined;
  const gateways = wanted.has('gateway') ? await loseRelays({ ...size, aboveGateway: true, backup: warm }) : undefined;
  const own = wanted.has('edge') || wanted.has('drain') ? await withOwnEdge(values, wanted) : undefined;
  const regions = wanted.has('region') ? await withRegions(values) : undefined;
  const rounds = wholeNumber(values, 'decoder-rounds', 1, 100) ?? 2;
  const decoder = wanted.has('decoder') ? await watchInBrowser(rounds) : undefined;
  return {
    relayKilled: relays?.relayKilled ?? null,
    relays: relays ?? null,
    cold: cold ?? null,
    gateways: gateways ?? null,
    edgeKilled: own?.edgeKilled ?? null,
    edges: own?.edges ?? null,
    drained: own?.drained ?? null,
    regions: regions ?? null,
    decoder: decoder ?? null,
    notes: [
      'One machine, no added delay: an RTT to the publisher adds itself to every gap in which a keyframe is needed.',
      'Gaps include the time between two frames: 33 ms under relays, 40 ms on edges.',
      ...(dropsPackets ? [] : ['No packets were dropped: that needs nftables and root.']),
    ],
  };
}

function sectionsOf(values: OptionValues): ReadonlySet<Section> {
  const names = text(values, 'only')?.split(',') ?? usual;
  const known = sections.filter((section) => names.includes(section));
  const unknown = names.find((name) => !sections.some((section) => section === name));
  if (unknown !== undefined) throw new BenchError(`--only takes ${sections.join(', ')}, not "${unknown}".`);
  return new Set(known);
}

async function withOwnEdge(values: OptionValues, wanted: ReadonlySet<Section>) {
  const losses = wanted.has('edge') ? (wholeNumber(values, 'edges', 1, 100) ?? 3) : 0;
  const drains = wanted.has('drain') ? (wholeNumber(values, 'drains', 1, 100) ?? 3) : 0;
  await using own = await OwnEdge.start(wholeNumber(values, 'edge-viewers', 1, 500) ?? 10);
  const drained = await repeat(drains, 'drain', () => own.drain());
  const turns = Array.from({ length: losses }, () => possibleFaults).flat();
  const lost = await repeat(turns.length, 'edge', async (turn) => {
    const kind = turns[turn] ?? 'nodeKilled';
    return { kind, ...(await own.lose(kind)) };
  });
  const of = (...kinds: FaultKind[]) => judgeLosses(lost.filter(({ kind }) => kinds.includes(kind)));
  return {
    ...(drains > 0 && { drained: judgeDrains(drained) }),
    ...(losses > 0 && {
      edgeKilled: of('nodeKilled', 'workerKilled'),
      edges: {
        nodeKilled: of('nodeKilled'),
        workerKilled: of('workerKilled'),
        packetsDropped: of('packetsDropped'),
        nodeStopped: of('nodeStopped'),
        workerStopped: of('workerStopped'),
      },
    }),
  };
}

async function withRegions(values: OptionValues): Promise<FailoverResult['regions']> {
  const rounds = wholeNumber(values, 'regions', 1, 100) ?? 2;
  await using region = await LostRegion.start(wholeNumber(values, 'edge-viewers', 1, 500) ?? 10);
  const turns = Array.from({ length: rounds }, () => possibleRegionFaults).flat();
  const losses: (RegionLoss & { kind: RegionFault })[] = [];
  for (const kind of turns) {
    const loss = await region.lose(kind);
    losses.push({ kind, ...loss });
    const [gap, placed] = [loss.gapMs, loss.firstFrameMs].map((ms) => Math.max(...ms).toFixed(0));
    console.error(
      `region ${losses.length} of ${turns.length}, ${kind}: longest gap ${gap} ms, placed after ${placed} ms`,
    );
  }
  const of = (kind: RegionFault) => judgeRegions(losses.filter((loss) => loss.kind === kind));
  return Object.fromEntries(possibleRegionFaults.map((kind) => [kind, of(kind)]));
}

async function repeat<T extends { pauseMs: number[] }>(
  count: number,
  name: string,
  play: (turn: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (let turn = 0; turn < count; turn++) {
    const result = await play(turn);
    results.push(result);
    console.error(`${name} ${turn + 1} of ${count}: longest pause ${Math.max(...result.pauseMs).toFixed(0)} ms`);
  }
  return results;
}

export function summary({
  relayKilled,
  relays,
  cold,
  gateways,
  edgeKilled,
  edges,
  drained,
  regions,
  decoder,
  runs,
}: FailoverResult): string {
  const lines: string[] = [];
  const without = (viewers: number | undefined) => (viewers ? `; ${viewers} got no media any more` : '');
  const relayLine = (name: string, lost: KindResult) => {
    const { count, gapMs, framesMissed, audioGapMs, withoutMedia, switched, keyFrameRequests } = lost;
    return `${name.padEnd(22)} ${count} times: gap p50 ${gapMs.p50}, p95 ${gapMs.p95}, p99 ${gapMs.p99}, max ${gapMs.max} ms, frames missed p50 ${framesMissed.p50}, max ${framesMissed.max}; of sound p50 ${audioGapMs.p50}, p99 ${audioGapMs.p99} ms; ${switched} fell back; at most ${keyFrameRequests.within500Ms} keyframe request per stream and 500 ms${without(withoutMedia)}`;
  };
  const edgeLine = (name: string, { count, gapMs, withoutMedia, pauseMs }: OwnEdgeLosses) =>
    `${name.padEnd(22)} ${count} times: first frame over the new edge p50 ${gapMs.p50}, p95 ${gapMs.p95}, max ${gapMs.max} ms; media paused p95 ${pauseMs.p95} ms${without(withoutMedia)}`;
  if (relayKilled !== null) lines.push(relayLine('relay killed', relayKilled));
  for (const [name, losses] of Object.entries({ relay: relays, 'held back': cold, 'above gateway': gateways }))
    if (losses !== null) lines.push(...faultKinds.map((kind) => relayLine(`${name}, ${kind}`, losses.byKind[kind])));
  if (edgeKilled !== null) lines.push(edgeLine('own edge killed', edgeKilled));
  if (edges !== null) lines.push(...faultKinds.map((kind) => edgeLine(`own edge, ${kind}`, edges[kind])));
  if (drained !== null) {
    const { count, moves, framesLost, withoutMedia, pauseMs } = drained;
    lines.push(
      `${'edge drained'.padEnd(22)} ${count} times: ${moves} moves, ${framesLost} frames lost, longest pause ${pauseMs.max} ms${without(withoutMedia)}`,
    );
  }
  for (const [kind, { count, gapMs, placedMs, withoutMedia }] of Object.entries(regions ?? {})) {
    lines.push(
      `${`region, ${kind}`.padEnd(22)} ${count} times: gap in the region below p50 ${gapMs.p50}, p95 ${gapMs.p95}, max ${gapMs.max} ms; first frame elsewhere p50 ${placedMs.p50}, p95 ${placedMs.p95}, max ${placedMs.max} ms${without(withoutMedia)}`,
    );
  }
  for (const [kind, { count, gapMs, calmGapMs }] of Object.entries(decoder?.byKind ?? {})) {
    lines.push(
      `${`browser, ${kind}`.padEnd(22)} ${count} times: gap p50 ${gapMs.p50}, max ${gapMs.max} ms; before it at most ${calmGapMs.max} ms`,
    );
  }
  return [...lines, ...repeatedLines(runs)].join('\n');
}
