import { setTimeout as delay } from 'node:timers/promises';
import { type Mesh, startMesh } from '@canopy/local-mesh';
import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { Audience } from '../grow/audience.ts';
import { MeshWatch } from '../grow/mesh-watch.ts';
import { type Growth, promisesOf, resultOf } from '../grow/result.ts';
import { Webinar } from '../grow/webinar.ts';
import { meshCpu, restingCpu } from '../mesh-cpu.ts';
import { repeated, repeatedLines } from '../repeated.ts';
import { countsOf } from '../statistics.ts';
import { run as simulate } from './simulate.ts';

export const description =
  'a webinar grows over a local mesh and shrinks back: copies, depth, loads, first frames, CPU';

export const needs = 'services';

export const options = {
  viewers: { type: 'string', default: '2000', description: 'N: people who come to watch' },
  edges: { type: 'string', default: '8', description: 'N: edges, in six regions' },
  workers: { type: 'string', default: '2', description: 'N: workers of each edge' },
  'connect-every': { type: 'string', default: '50', description: 'N: one in N viewers connects and receives media' },
  rate: { type: 'string', default: '60', description: 'N: joins per second at most; fewer where they are slow' },
  seconds: { type: 'string', default: '240', description: 'N: those who have not come after so long stay away' },
  seed: { type: 'string', default: '1', description: 'N: where the viewers are' },
  runs: { type: 'string', default: '1', description: 'N: times all of it is done, for medians and ranges' },
  simulated: {
    type: 'string',
    default: '10000',
    description: 'N: viewers of the same webinar in the simulator; 0: none',
  },
} as const;

const regions = ['eu-central-1', 'us-east-1', 'ap-southeast-1', 'sa-east-1', 'ap-south-1', 'ap-southeast-2'];
const restMs = 4_000;
const shrinkTimeoutMs = 60_000;
const releaseTimeoutMs = 20_000;
const askAgainMs = 250;
const patienceMs = 500;

type GrowResult = Awaited<ReturnType<typeof runOnce>>;

export function run(values: OptionValues) {
  return repeated(wholeNumber(values, 'runs', 1, 100) ?? 1, () => runOnce(values), figuresOf);
}

function figuresOf({ viewers, growth, joinMs, firstFrameMs, mesh, keyFrameRequests, holds }: GrowResult) {
  return {
    joined: viewers.joined,
    'joins per second': growth.joinsPerSecond,
    'join p50': joinMs.p50,
    'join p95': joinMs.p95,
    'first frame p50': firstFrameMs.p50,
    'first frame p95': firstFrameMs.p95,
    'highest load': Math.max(0, ...Object.values(mesh.highestLoads)),
    depth: mesh.tracedDepth,
    'keyframe requests in 500 ms': keyFrameRequests.mostPerStreamIn500Ms,
    'promises not kept': Object.values(holds).filter((kept) => !kept).length,
  };
}

async function runOnce(values: OptionValues) {
  const viewers = wholeNumber(values, 'viewers', 1, 100_000) ?? 2_000;
  const edges = wholeNumber(values, 'edges', 1, 64) ?? 8;
  const workers = wholeNumber(values, 'workers', 1, 64) ?? 2;
  const simulated = wholeNumber(values, 'simulated', 0, 1_000_000) ?? 10_000;
  const { holds, ...growth } = await grown(values, { viewers, edges, workers });
  const simulation =
    simulated === 0 ? null : await simulate({ scenario: 'flash-webinar-10k', viewers: String(simulated) });
  return {
    edges,
    workersPerEdge: workers,
    ...growth,
    holds: { ...holds, ...(simulation !== null && promisesOf(simulation)) },
    simulated: simulation,
  };
}

interface Size {
  viewers: number;
  edges: number;
  workers: number;
}

async function grown(values: OptionValues, size: Size) {
  const seed = wholeNumber(values, 'seed', 0, 2 ** 31) ?? 1;
  const connectEvery = wholeNumber(values, 'connect-every', 1, 100_000) ?? 50;
  const most = wholeNumber(values, 'rate', 1, 1_000) ?? 60;
  const withinMs = 1_000 * (wholeNumber(values, 'seconds', 1, 3_600) ?? 240);
  await using mesh = await startMesh({
    regions: Array.from({ length: size.edges }, (_, index) => regions[index % regions.length] ?? ''),
    workers: size.workers,
    // Every viewer has an address of its own, as behind a load balancer.
    replicaEnv: { CONTROL_TRUSTED_PROXIES: '127.0.0.1/32', LOG_LEVEL: 'warn' },
    edgeEnv: { LOG_LEVEL: 'warn' },
    report: (text) => console.error(text),
  });
  const webinar = await Webinar.create(mesh.url);
  console.error(`making ${size.viewers} tokens`);
  const candidates = await webinar.viewers(size.viewers, connectEvery, seed);
  await using publisher = await webinar.publisher(regions[0] ?? '');
  using watch = new MeshWatch(() => webinar.mesh(), webinar.id);
  const before = await restingCpu(mesh, restMs);

  const audience = new Audience();
  using _progress = progressOf(audience);
  const cpuBefore = meshCpu(mesh);
  const ownBefore = process.cpuUsage();
  const startedAt = performance.now();
  await audience.grow(candidates, { start: Math.min(10, most), least: 2, most, patienceMs }, withinMs);
  const growthMs = performance.now() - startedAt;
  const used = since(mesh, cpuBefore);
  const own = process.cpuUsage(ownBefore);
  const connected = audience.viewers.filter(({ media }) => media !== undefined);
  const media = await Promise.all(connected.flatMap((viewer) => viewer.media ?? []));
  const full = await restingCpu(mesh, restMs);
  const paths = await Promise.all(
    connected.flatMap((viewer) => publisher.trackIds.map((trackId) => viewer.pathOf(trackId))),
  );
  const lost = countsOf(audience.viewers.flatMap(({ fate }) => fate.losses));
  const present = audience.viewers.filter(({ fate }) => fate.endedBecause === undefined);
  publisher.requireSending();
  const miscounting = present.filter(({ attendeeCount }) => attendeeCount !== present.length).length;

  console.error(`everybody leaves: ${audience.viewers.length} viewers`);
  const leavingAt = performance.now();
  const unconfirmedLeaves = await audience.shrink(shrinkTimeoutMs);
  const leftAt = performance.now();
  const linksLeft = await linksAfterRelease(watch);
  return resultOf({
    wanted: size.viewers,
    audience,
    watch,
    publisher,
    paths,
    media,
    lost,
    miscounting,
    growthMs,
    cpu: { before, growth: used, full, loadGeneratorMs: (own.user + own.system) / 1_000 },
    shrinkMs: leftAt - leavingAt,
    unconfirmedLeaves,
    linksReleasedAfterMs: linksLeft === 0 ? Math.round(performance.now() - leftAt) : undefined,
    linksLeft,
  } satisfies Growth);
}

function since(mesh: Mesh, before: ReturnType<typeof meshCpu>): ReturnType<typeof meshCpu> {
  const now = meshCpu(mesh);
  return { controlPlane: now.controlPlane - before.controlPlane, edges: now.edges - before.edges };
}

/** Waits until the meeting has no links; returns how many it still has when that takes too long. */
async function linksAfterRelease(watch: MeshWatch): Promise<number> {
  const endsAt = performance.now() + releaseTimeoutMs;
  for (;;) {
    const { links } = await watch.now();
    if (links === 0 || performance.now() > endsAt) return links;
    await delay(askAgainMs);
  }
}

function progressOf(audience: Audience): Disposable {
  const timer = setInterval(() => {
    const refused = Object.values(audience.refused).reduce((sum, count) => sum + count, 0);
    console.error(`${audience.viewers.length} viewers${refused === 0 ? '' : `, ${refused} refused`}`);
  }, 5_000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

export function summary(result: Awaited<ReturnType<typeof run>>): string {
  const { viewers, growth, joinMs, firstPacketMs, firstFrameMs, mesh, keyFrameRequests, cpu, placements } = result;
  const [hottestEdge, hottest] = Object.entries(mesh.highestLoads).sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
  const broken = Object.entries(result.holds).flatMap(([promise, kept]) => (kept ? [] : [promise]));
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([key, count]) => `${key} ${count}`)
      .join(', ') || 'none';
  const lines = [
    `${viewers.joined} of ${viewers.wanted} viewers joined in ${growth.ms} ms (${growth.joinsPerSecond}/s), ${viewers.connected} of them connected; refused: ${list(viewers.refused)}; lost: ${list(viewers.lost)}`,
    `join                 p50 ${joinMs.p50} ms, p95 ${joinMs.p95} ms`,
    `first packet, frame  p50 ${firstPacketMs.p50}, ${firstFrameMs.p50} ms; p95 ${firstPacketMs.p95}, ${firstFrameMs.p95} ms; ${firstFrameMs.missing} saw none`,
    `placements           ${list(placements)}`,
    `cascade              ${mesh.mostLinks} links, ${mesh.copiesPerLinkAndTrack} copy per link and track, depth ${mesh.tracedDepth}, epochs ${mesh.epochs.join(', ')}`,
    `hottest worker       ${hottest.toFixed(2)} of ${mesh.overloadThreshold}, on ${hottestEdge}`,
    `signaling            ${result.signalingBytesPerViewer} bytes for each viewer; ${viewers.miscounting} did not know how many attend`,
    `keyframe requests    ${keyFrameRequests.total}, at most ${keyFrameRequests.mostPerStreamIn500Ms} per stream in 500 ms`,
    `links at the end     ${mesh.linksLeft}${mesh.linksReleasedAfterMs === null ? '' : `, gone ${mesh.linksReleasedAfterMs} ms after the last viewer`}`,
    `CPU                  ${cpu.controlPlaneMsPerJoin} ms control plane and ${cpu.edgesMsPerJoin} ms edges per join, ${cpu.loadGeneratorMsPerJoin} ms for the bench itself; ${cpu.edgesMicrosecondsPerConsumerAndSecond} µs per consumer and second`,
    `not kept             ${broken.join(', ') || 'nothing: every promise was kept'}`,
  ];
  const { simulated } = result;
  const repetitions = repeatedLines(result.runs);
  if (simulated === null) return [...lines, ...repetitions].join('\n');
  return [
    ...lines,
    `simulated            ${simulated.joined} joined, ${simulated.refused} refusals, depth ≤ ${simulated.plans.deepest}, latency p95 ${simulated.latencyMs.p95} ms, overloads ${simulated.overloads.entered}, egress ${(simulated.egress.ofStar * 100).toFixed(1)} % of a star`,
    ...repetitions,
  ].join('\n');
}
