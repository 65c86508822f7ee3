import { setTimeout as delay } from 'node:timers/promises';
import { Api } from '@canopy/client';
import { startMesh } from '@canopy/local-mesh';
import { launchChromium } from '@canopy/local-mesh/testing/chromium';
import { ffmpegNeed, requirePrograms } from '../../../scripts/setup/services.mjs';
import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { inParallel } from '../grow/in-parallel.ts';
import { percentile, rounded } from '../statistics.ts';
import { CannedCamera } from '../tiles/canned-camera.ts';
import { canCamera } from '../tiles/canned-video.ts';
import { type GridFigures, GridPage, type Way } from '../tiles/grid-page.ts';

export const description =
  'a grid of twenty cameras in one browser: what it costs, beside the same with bandwidth saved, and with all that is sent';

export const needs = 'browser';

export const options = {
  cameras: { type: 'string', default: '20', description: 'N: people with a camera, whom the grid shows' },
  rounds: { type: 'string', default: '3', description: 'N: times that each way to ask is measured, in turns' },
  seconds: { type: 'string', default: '10', description: 'N: for which each is measured' },
} as const;

const ways: readonly Way[] = ['tiles', 'saver', 'all'];
/** An estimate of the bandwidth takes its time to grow, and a keyframe may be a second away. */
const settleMs = 15_000;
const joinsAtOnce = 4;

export interface TilesResult {
  cameras: number;
  /** Medians over the rounds. */
  ways: Record<Way, GridFigures>;
  /** False: the larger pictures never came, so that `all` says nothing of what they cost. */
  allIsLarger: boolean;
  /** Medians of the ratios to `tiles` of the same round. */
  ratios: Record<'saver' | 'all', { cpu: number; receivedBps: number }>;
}

export async function run(values: OptionValues): Promise<TilesResult> {
  const cameras = wholeNumber(values, 'cameras', 1, 24) ?? 20;
  const rounds = wholeNumber(values, 'rounds', 1, 100) ?? 3;
  const seconds = wholeNumber(values, 'seconds', 1, 600) ?? 10;
  requirePrograms([ffmpegNeed], process.env);
  const layers = await canCamera(process.env.EDGE_FFMPEG ?? 'ffmpeg');
  await using owned = new AsyncDisposableStack();
  const mesh = owned.use(
    await startMesh({
      regions: ['eu-central-1'],
      workers: 1,
      replicaEnv: { CONTROL_TRUSTED_PROXIES: '127.0.0.1/32', LOG_LEVEL: 'warn' },
      edgeEnv: { LOG_LEVEL: 'warn' },
      report: (line) => console.error(line),
    }),
  );
  const api = new Api({ url: mesh.url });
  const { id } = await api.createMeeting({ title: 'Tiles' });
  await inParallel(Array.from({ length: cameras }), joinsAtOnce, async (_, number) => {
    const { token } = await api.createToken(id, { name: `Camera ${number + 1}`, role: 'panelist' });
    owned.use(await CannedCamera.start(mesh.url, token, number, layers));
  });
  const browser = owned.use(await launchChromium());
  const grid = await GridPage.open(browser, mesh.url, id, cameras);
  const measured: Record<Way, GridFigures>[] = [];
  for (let round = 0; round < rounds; round++) {
    const figures = { tiles: nothing, saver: nothing, all: nothing };
    for (const way of ways) {
      await grid.ask(way, figures.tiles.lines);
      await delay(settleMs);
      figures[way] = await grid.measure(seconds);
      console.error(`round ${round + 1} of ${rounds}: ${lineOf(way, figures[way])}`);
    }
    measured.push(figures);
  }
  const all = mapWays((way) => medians(measured.map((round) => round[way])));
  return { cameras, ways: all, allIsLarger: all.all.lines > all.tiles.lines, ratios: ratiosOf(measured) };
}

const nothing: GridFigures = { cpu: 0, framesPerSecond: 0, receivedBps: 0, lines: 0 };

function mapWays(of: (way: Way) => GridFigures): Record<Way, GridFigures> {
  return { tiles: of('tiles'), saver: of('saver'), all: of('all') };
}

function medians(figures: readonly GridFigures[]): GridFigures {
  const median = (read: (one: GridFigures) => number) => percentile(figures.map(read), 50);
  return {
    cpu: median(({ cpu }) => cpu),
    framesPerSecond: median((one) => one.framesPerSecond),
    receivedBps: median(({ receivedBps }) => receivedBps),
    lines: median(({ lines }) => lines),
  };
}

function ratiosOf(rounds: readonly Record<Way, GridFigures>[]): TilesResult['ratios'] {
  const ratio = (way: Way, read: (one: GridFigures) => number) =>
    rounded(
      percentile(
        rounds.map((round) => read(round[way]) / read(round.tiles)),
        50,
      ),
      2,
    );
  const both = (way: Way) => ({ cpu: ratio(way, ({ cpu }) => cpu), receivedBps: ratio(way, (one) => one.receivedBps) });
  return { saver: both('saver'), all: both('all') };
}

function lineOf(way: Way, { cpu, framesPerSecond, receivedBps, lines }: GridFigures): string {
  const bitrate = `${rounded(receivedBps / 1e6)} Mbit/s`;
  return `${way}: ${cpu} of a core, ${framesPerSecond} frames/s decoded, ${bitrate}, pictures of ${lines} lines`;
}

export function summary({ cameras, ways: figures, allIsLarger, ratios }: TilesResult): string {
  const compared = (allIsLarger ? (['saver', 'all'] as const) : (['saver'] as const)).map(
    (way) => `${way} beside tiles: ${ratios[way].cpu} of the CPU, ${ratios[way].receivedBps} of the bitrate`,
  );
  const note = allIsLarger ? [] : ['all: the larger pictures did not come, so it is not compared'];
  return [`${cameras} cameras`, ...ways.map((way) => lineOf(way, figures[way])), ...compared, ...note].join('\n');
}
