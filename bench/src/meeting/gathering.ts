import { setTimeout as delay } from 'node:timers/promises';
import type { Mesh } from '@canopy/local-mesh';
import { Audience } from '../grow/audience.ts';
import { inParallel } from '../grow/in-parallel.ts';
import { Publisher } from '../grow/publisher.ts';
import type { ViewerOptions } from '../grow/viewer.ts';
import { Webinar } from '../grow/webinar.ts';
import { meshCpu } from '../mesh-cpu.ts';
import { residentBytes } from '../process-cpu.ts';
import { mean, percentile, rounded } from '../statistics.ts';
import { Camera } from './camera.ts';

export interface GatheringSize {
  mode: 'meeting' | 'webinar';
  people: number;
  cameras: number;
  /** Of those with a camera: they speak, and send real packets. */
  speakers: number;
  /** One in so many of the others connects and receives media. */
  connectEvery: number;
  perSecond: number;
}

export interface GatheringFigures {
  people: number;
  /** Those who have no camera and came, and who did not by its code. */
  watching: number;
  refused: Record<string, number>;
  joinMs: { p50: number; p95: number };
  /** Of them, those who connected to receive media, and those of these to whom video came. */
  connected: number;
  sawVideo: number;
  /** Tracks that each is subscribed to, connected or not. */
  consumersPerPerson: { microphones: number; cameras: number };
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
  const silent = await inParallel(onStage.slice(speakers), camerasAtOnce, (one: ViewerOptions) => Camera.join(one));
  for (const camera of silent) owned.defer(() => camera.drop());
  // Last, for the newest cameras are those that everybody receives who has not said what to show.
  for (const { url, token, address, location } of onStage.slice(0, speakers))
    owned.use(await Publisher.start(url, token, { address, location }));
  const audience = new Audience();
  owned.defer(() => {
    for (const viewer of audience.viewers) viewer.drop();
  });
  const bounds = { start: 10, least: 5, most: size.perSecond, patienceMs: 1_000 };
  await audience.grow(others, bounds, 120_000);
  const comeCpu = meshCpu(mesh);
  const media = await Promise.all(audience.viewers.flatMap((viewer) => viewer.media ?? []));
  const after = await lookAt(mesh, audience);
  const memory = residentOf(mesh);
  const { viewers } = audience;
  const joined = Math.max(1, cameras + viewers.length);
  const joinMs = viewers.map((viewer) => viewer.joinMs);
  return {
    people,
    watching: viewers.length,
    refused: audience.refused,
    joinMs: { p50: Math.round(percentile(joinMs, 50)), p95: Math.round(percentile(joinMs, 95)) },
    connected: media.length,
    sawVideo: media.filter((one) => !(one instanceof Error)).length,
    consumersPerPerson: {
      microphones: rounded(mean(viewers.map(({ consumers, videos }) => consumers - videos))),
      cameras: rounded(mean(viewers.map(({ videos }) => videos))),
    },
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
