import { startMesh } from '@canopy/local-mesh';
import { text, wholeNumber } from '../arguments.ts';
import { BenchError, type OptionValues } from '../bench.ts';
import { type GatheringFigures, type GatheringSize, gather } from '../meeting/gathering.ts';
import { exponentOf } from '../meeting/growth.ts';
import { rounded } from '../statistics.ts';

export const description =
  'meetings of several sizes over a local mesh, with 50 cameras and 5 speakers: what each receives, signaling, CPU, memory, and how they grow with the number of people';

export const needs = 'services';

export const options = {
  sizes: { type: 'string', default: '250,500,1000', description: 'N,N,…: people in the meetings, the fewest first' },
  mode: { type: 'string', default: 'webinar', description: 'webinar: those without a camera attend; or meeting' },
  cameras: { type: 'string', default: '50', description: 'N: people with a camera' },
  speakers: { type: 'string', default: '5', description: 'N: of them, those who speak; only they send packets' },
  edges: { type: 'string', default: '4', description: 'N: edges, in four regions' },
  workers: {
    type: 'string',
    default: '12',
    description: 'N: mediasoup workers on each edge, of which each takes some 425 tracks that people receive',
  },
  'connect-every': {
    type: 'string',
    default: '50',
    description: 'N: one in N of the others connects and receives media',
  },
  seconds: { type: 'string', default: '300', description: 'N: those who have not come after so long stay away' },
  rate: { type: 'string', default: '60', description: 'N: joins per second at most; fewer where they are slow' },
} as const;

const regions = ['eu-central-1', 'us-east-1', 'ap-southeast-1', 'sa-east-1'];

export interface MeetingResult {
  mode: string;
  edges: number;
  workersPerEdge: number;
  cameras: number;
  speakers: number;
  /** One in so many of the others connected and received media. */
  connectEvery: number;
  /** Joins per second, at most. */
  perSecond: number;
  /** Those who had not begun to join after so long stayed away. */
  withinMs: number;
  meetings: GatheringFigures[];
  /** Of the total over all people: 1 in proportion to their number, 2 with its square. */
  exponents: {
    signalingBytes: number;
    replicaCpu: number;
    edgesCpu: number;
    replicaMemory: number;
    edgesMemory: number;
  };
}

export async function run(values: OptionValues): Promise<MeetingResult> {
  const sizes = (text(values, 'sizes') ?? '').split(',').map(Number);
  if (sizes.length < 2 || !sizes.every((size) => Number.isInteger(size) && size > 0 && size <= 1_000))
    throw new BenchError('--sizes takes two or more whole numbers up to 1000, such as 250,500,1000.');
  const mode = text(values, 'mode') ?? 'webinar';
  if (mode !== 'meeting' && mode !== 'webinar') throw new BenchError('--mode is meeting or webinar.');
  const edges = wholeNumber(values, 'edges', 1, 16) ?? 4;
  const workers = wholeNumber(values, 'workers', 1, 64) ?? 12;
  const size: Omit<GatheringSize, 'people'> = {
    mode,
    cameras: wholeNumber(values, 'cameras', 1, 200) ?? 50,
    speakers: wholeNumber(values, 'speakers', 1, 20) ?? 5,
    connectEvery: wholeNumber(values, 'connect-every', 1, 100_000) ?? 50,
    perSecond: wholeNumber(values, 'rate', 1, 1_000) ?? 60,
    withinMs: 1_000 * (wholeNumber(values, 'seconds', 1, 3_600) ?? 300),
  };
  const meetings: GatheringFigures[] = [];
  for (const people of sizes) {
    // A mesh of its own, so that nothing is left of the meeting before.
    await using mesh = await startMesh({
      regions: Array.from({ length: edges }, (_, index) => regions[index % regions.length] ?? ''),
      workers,
      replicaEnv: { CONTROL_TRUSTED_PROXIES: '127.0.0.1/32', LOG_LEVEL: 'warn' },
      edgeEnv: { LOG_LEVEL: 'warn' },
      report: (line) => console.error(line),
    });
    const figures = await gather(mesh, { ...size, people });
    console.error(linesOf(figures));
    meetings.push(figures);
  }
  return { ...size, edges, workersPerEdge: workers, meetings, exponents: exponentsOf(meetings) };
}

function exponentsOf(meetings: readonly GatheringFigures[]): MeetingResult['exponents'] {
  const exponent = (perPerson: (figures: GatheringFigures) => number) =>
    rounded(exponentOf(meetings.map((figures) => [figures.people, figures.people * perPerson(figures)])), 2);
  return {
    signalingBytes: exponent(({ signalingBytesPerPerson }) => signalingBytesPerPerson.coming),
    replicaCpu: exponent(({ cpuMsPerJoin }) => cpuMsPerJoin.replica),
    edgesCpu: exponent(({ cpuMsPerJoin }) => cpuMsPerJoin.edges),
    replicaMemory: exponent(({ bytesPerPerson }) => bytesPerPerson.replica),
    edgesMemory: exponent(({ bytesPerPerson }) => bytesPerPerson.edges),
  };
}

function linesOf(of: GatheringFigures): string {
  const kilobytes = (bytes: number) => `${Math.round(bytes / 1_024)} KiB`;
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ') || 'none';
  const { early, late } = of.rosters;
  return [
    `${of.people} people: ${of.watching} came to watch, join p50 ${of.joinMs.p50}, p95 ${of.joinMs.p95} ms; refused: ${list(of.refused)}; stayed away: ${of.stayedAway}; tried again: ${list(of.triedAgain)}`,
    `  moved: ${list(of.moved)}; connections lost: ${list(of.lost)}; not back after that: ${list(of.gone)}`,
    `  each subscribes to ${of.consumersPerPerson.microphones} microphones and ${of.consumersPerPerson.cameras} cameras, the fewest to ${of.fewestCameras}; of ${of.connected} who connected, ${of.sawVideo} saw video, ${of.sawEverySpeaker} everybody who speaks`,
    `  who came first knows of ${early.people} people and ${early.cameras} cameras, who came last of ${late.people} and ${late.cameras}`,
    `  each: ${kilobytes(of.signalingBytesPerPerson.coming)} of signaling, then ${of.signalingBytesPerPerson.perSecond} bytes a second; a join: ${of.cpuMsPerJoin.replica} ms CPU on the replica, ${of.cpuMsPerJoin.edges} ms on the edges; ${kilobytes(of.bytesPerPerson.replica)} and ${kilobytes(of.bytesPerPerson.edges)} of memory`,
    `  afterwards: ${of.cpuAfter.replica} of a core on the replica, ${of.cpuAfter.edges} on the edges`,
  ].join('\n');
}

export function summary({ mode, meetings, exponents }: MeetingResult): string {
  const grown = Object.entries(exponents).map(([what, exponent]) => `${what} ${exponent}`);
  return [`mode ${mode}`, ...meetings.map(linesOf), `exponents of growth (1: in proportion): ${grown.join(', ')}`].join(
    '\n',
  );
}
