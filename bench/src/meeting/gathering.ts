import { setTimeout as delay } from 'node:timers/promises';
import type { Mesh } from '@canopy/local-mesh';
import { CanopyError } from '@canopy/runtime/errors';
import { BenchError } from '../bench.ts';
import { Audience } from '../grow/audience.ts';
import { inParallel } from '../grow/in-parallel.ts';
import type { Fate } from '../grow/participant.ts';
import { Publisher } from '../grow/publisher.ts';
import { SignalError } from '../grow/signal-socket.ts';
import { Webinar } from '../grow/webinar.ts';
import { meshCpu } from '../mesh-cpu.ts';
import { residentBytes } from '../process-cpu.ts';
import { countsOf, mean, percentile, rounded } from '../statistics.ts';
import { Camera } from './camera.ts';
import { type Roster, Witness } from './witness.ts';

export interface GatheringSize {
  mode: 'meeting' | 'webinar';
  people: number;
  cameras: number;
  /** Of those with a camera: they speak, and send real packets. */
  speakers: number;
  /** One in so many of the others connects and receives media. */
  connectEvery: number;
  perSecond: number;
  /** Those who have not begun to join after so long stay away. */
  withinMs: number;
}

export interface GatheringFigures {
  people: number;
  /** Those who have no camera and came, and who did not, though they tried again as the SDK does, by its code. */
  watching: number;
  refused: Record<string, number>;
  /** Those whose turn did not come in time. */
  stayedAway: number;
  /** Joins of anybody that were tried again, by the code they failed with. */
  triedAgain: Record<string, number>;
  /** Of anybody: moves to another edge by their reason, connections lost by the code, and those who did not come back after that. */
  moved: Record<string, number>;
  lost: Record<string, number>;
  gone: Record<string, number>;
  joinMs: { p50: number; p95: number };
  /** Of them, those who connected to receive media, those of these to whom video came, and those who saw the camera of each who speaks. */
  connected: number;
  sawVideo: number;
  sawEverySpeaker: number;
  /** What the SDK shows in the end to who came right after those with a camera, and to who came last. */
  rosters: { early: Roster; late: Roster };
  /** Tracks that each is subscribed to, connected or not. */
  consumersPerPerson: { microphones: number; cameras: number };
  /** Cameras of who is subscribed to the fewest. */
  fewestCameras: number;
  /** What a socket received: while everybody came, on the average, and from then on per second. */
  signalingBytesPerPerson: { coming: number; perSecond: number };
  /** CPU time for one who comes, ms. */
  cpuMsPerJoin: { replica: number; edges: number };
  /** Of one core, when everybody is there and media flows. */
  cpuAfter: { replica: number; edges: number };
  /** More than before anybody came. */
  bytesPerPerson: { replica: number; edges: number };
}

const camerasAtOnce = 4;
const watchMs = 8_000;

/** Lets a meeting fill, looks at what it takes, and lets everybody go. */
export async function gather(mesh: Mesh, size: GatheringSize): Promise<GatheringFigures> {
  const { mode, people, cameras, speakers } = size;
  const meeting = await Webinar.create(mesh.url, mode);
  await using owned = new AsyncDisposableStack();
  const onStage = await meeting.viewers(cameras, 1, 1, 'panelist');
  const others = await meeting.viewers(
    people - cameras,
    size.connectEvery,
    2,
    mode === 'webinar' ? 'attendee' : 'panelist',
  );
  const before = { memory: residentOf(mesh), cpu: meshCpu(mesh) };
  const silent = await inParallel(onStage.slice(speakers), camerasAtOnce, (one) =>
    onto('Somebody with a camera', () => Camera.join(one)),
  );
  for (const camera of silent) owned.defer(() => camera.drop());
  // Last, for the newest cameras are those that everybody receives who has not said what to show.
  const speaking: Publisher[] = [];
  for (const one of onStage.slice(0, speakers))
    speaking.push(owned.use(await onto('A speaker', () => Publisher.start(one))));
  const [first, last] = others.splice(-2);
  if (first === undefined || last === undefined) throw new BenchError('Two of the people must be without a camera.');
  const early = owned.use(await onto('Who came first', () => Witness.join(first)));
  const audience = new Audience();
  owned.defer(() => {
    for (const viewer of audience.viewers) viewer.drop();
  });
  const bounds = { start: 10, least: 5, most: size.perSecond, patienceMs: 1_000 };
  await audience.grow(others, bounds, size.withinMs);
  const late = owned.use(await onto('Who came last', () => Witness.join(last)));
  const comeCpu = meshCpu(mesh);
  const media = await Promise.all(audience.viewers.flatMap((viewer) => viewer.media ?? []));
  const after = await lookAt(mesh, audience);
  const memory = residentOf(mesh);
  for (const speaker of speaking) speaker.requireSending();
  const { viewers } = audience;
  const watching = viewers.length + [early, late].length;
  const joined = cameras + watching;
  const fates = [...silent, ...speaking, ...viewers].map(({ fate }) => fate);
  const told = (of: (fate: Fate) => readonly string[]) => countsOf(fates.flatMap(of));
  const joinMs = viewers.map((viewer) => viewer.joinMs);
  return {
    people,
    watching,
    refused: audience.refused,
    stayedAway: others.length - viewers.length - sumOf(audience.refused),
    triedAgain: told(({ failedAttempts }) => failedAttempts),
    moved: told(({ moves }) => moves),
    lost: told(({ losses }) => losses),
    gone: countsOf(fates.flatMap(({ endedBecause }) => endedBecause ?? [])),
    joinMs: { p50: Math.round(percentile(joinMs, 50)), p95: Math.round(percentile(joinMs, 95)) },
    connected: media.length,
    sawVideo: media.filter((one) => !(one instanceof Error)).length,
    sawEverySpeaker: viewers.filter(({ media, videosSeen }) => media !== undefined && videosSeen >= speakers).length,
    rosters: { early: early.roster, late: late.roster },
    consumersPerPerson: {
      microphones: rounded(mean(viewers.map(({ consumers, videos }) => consumers - videos))),
      cameras: rounded(mean(viewers.map(({ videos }) => videos))),
    },
    fewestCameras: Math.min(...viewers.map(({ videos }) => videos)),
    signalingBytesPerPerson: after.bytes,
    cpuMsPerJoin: {
      replica: rounded((comeCpu.controlPlane - before.cpu.controlPlane) / joined),
      edges: rounded((comeCpu.edges - before.cpu.edges) / joined),
    },
    cpuAfter: after.cpu,
    bytesPerPerson: {
      replica: Math.round((memory.replica - before.memory.replica) / joined),
      edges: Math.round((memory.edges - before.memory.edges) / joined),
    },
  };
}

/** Without these there is nothing to measure. Rejects with a {@link BenchError}. */
async function onto<T>(who: string, enter: () => Promise<T>): Promise<T> {
  try {
    return await enter();
  } catch (error) {
    if (!(error instanceof SignalError || error instanceof CanopyError)) throw error;
    throw new BenchError(`${who} could not join: ${error.code}.`);
  }
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** What is used and received while nobody comes or goes. */
async function lookAt(mesh: Mesh, { viewers }: Audience) {
  const receivedBytes = () => mean(viewers.map((viewer) => viewer.receivedBytes));
  const [coming, cpu, at] = [receivedBytes(), meshCpu(mesh), performance.now()];
  await delay(watchMs);
  const [now, passedMs] = [meshCpu(mesh), performance.now() - at];
  return {
    bytes: {
      coming: Math.round(coming),
      perSecond: rounded(((receivedBytes() - coming) / passedMs) * 1_000),
    },
    cpu: {
      replica: rounded((now.controlPlane - cpu.controlPlane) / passedMs, 3),
      edges: rounded((now.edges - cpu.edges) / passedMs, 3),
    },
  };
}

function residentOf({ replicas, edges }: Mesh): { replica: number; edges: number } {
  const of = (nodes: readonly { pid: number | undefined }[]) =>
    residentBytes(nodes.flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
  return { replica: of(replicas), edges: of(edges) };
}
