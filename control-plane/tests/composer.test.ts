import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Logger, silentLogger } from '@canopy/runtime/logger';
import { openStore } from '@canopy/storage/open-store';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { fontsLeftOut } from '../../scripts/setup/services.mjs';
import { FfmpegComposer } from '../src/adapters/recording/ffmpeg-composer.ts';
import type { Placed, Span, Tile, UsedPart } from '../src/core/recording/composition.ts';

const run = promisify(execFile);
/** Encoding takes what a busy machine leaves. */
vi.setConfig({ testTimeout: 120_000 });
const { signal } = new AbortController();
const began = 1_000_000_000;
const left: Tile = { x: 0, y: 0, width: 640, height: 720 };
const right: Tile = { ...left, x: 640 };
let folder: string;
let recordingId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'composer-test-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function newComposer(ffmpeg = 'ffmpeg', logger = silentLogger): FfmpegComposer {
  const workFolder = join(folder, 'work');
  return new FfmpegComposer({
    store: openStore(folder),
    workFolder,
    ffmpeg,
    composerId: randomUUID(),
    logger,
  });
}

/** A part that was written as an edge does, of pictures that begin so many milliseconds after the recording. */
async function written(source: string, seconds: number, afterMs = 0): Promise<UsedPart> {
  const id = randomUUID();
  const cwd = join(folder, recordingId, id);
  await mkdir(cwd, { recursive: true });
  const input = ['-loglevel', 'error', '-f', 'lavfi', '-i', source, '-t', String(seconds), '-vsync', 'vfr'];
  const codec = ['-c:v', 'libvpx', '-deadline', 'realtime', '-g', '1'];
  const segments = ['-f', 'segment', '-segment_time', '2', '-reset_timestamps', '1', '-segment_list', 'segments.csv'];
  await run('ffmpeg', [...input, ...codec, ...segments, '%05d.mkv'], { cwd });
  const [startedAt, writtenUntil] = [began + afterMs, began + afterMs + seconds * 1_000];
  const written = { segments: 5, bytes: 9, running: false, startedAt, writtenUntil, until: undefined };
  return { ...written, id, trackId: id, edgeId: 'edge', kind: 'video', screen: false };
}

const plain = (colour: string, rate: string) => `color=c=${colour}:size=320x180:rate=${rate}`;
const span = (from: number, to: number): Span => ({ from: began + from, to: began + to });
/** White comes only from a name. */
const white = 200;
const placed = ({ id, startedAt, writtenUntil }: UsedPart, tile: Tile): Placed => {
  return { partId: id, participantId: undefined, tile, from: startedAt, to: writtenUntil };
};

/** Composes these parts, each in its place, and returns the colours of those places in every picture. */
async function composed(
  composer: FfmpegComposer,
  spans: readonly Span[],
  ...seen: readonly (readonly [UsedPart, Tile])[]
): Promise<string[][]> {
  const parts = seen.map(([part]) => part);
  const places = seen.map(([part, tile]) => placed(part, tile));
  for (const [index, each] of spans.entries())
    await composer.stretch(recordingId, index, { span: each, parts, placed: places, names: new Map() }, signal);
  await composer.join(recordingId, spans.length, signal);
  return await Promise.all(seen.map(([, tile]) => coloursIn(tile)));
}

/** The colour in the middle of a tile, in each picture of the composed file. */
async function coloursIn({ x, y, width, height }: Tile): Promise<string[]> {
  const filter = `crop=16:16:${x + width / 2}:${y + height / 2},scale=1:1,format=rgb24`;
  const file = join(folder, recordingId, 'composed', 'recording.webm');
  const args = ['-loglevel', 'error', '-i', file, '-vf', filter, '-f', 'rawvideo', '-'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer' });
  return Array.from({ length: stdout.length / 3 }, (_, index) => {
    const colour = stdout.subarray(index * 3, index * 3 + 3);
    const most = Math.max(...colour);
    return most > 120 ? (['red', 'lime', 'blue'][colour.indexOf(most)] ?? '') : 'dark';
  });
}

it('shows what goes on from one stretch to the next without a break, however seldom it has a picture', async () => {
  recordingId = randomUUID();
  // No picture of the camera is where a stretch begins.
  const camera = await written(plain('red', '15'), 4, 20);
  const screen = await written(plain('lime', '10/17'), 5.1);
  const [seldom = [], often = []] = await composed(
    newComposer(),
    [span(0, 2_000), span(2_000, 4_000)],
    [screen, left],
    [camera, right],
  );
  expect(seldom).toEqual(Array.from({ length: 100 }, () => 'lime'));
  expect(often).toEqual(['dark', ...Array.from({ length: 99 }, () => 'red')]);
});

/** Leaves of a part what a store has of it whose edge was lost with its disk: the list is in what that published last. */
async function lost({ id }: UsedPart): Promise<void> {
  const own = join(folder, recordingId, id);
  const list = await readFile(join(own, 'segments.csv'), 'utf8');
  await writeFile(join(own, 'part.json'), JSON.stringify({ partId: id, list }));
  await rm(join(own, 'segments.csv'));
}

it.each([
  ['though they came seldom', async () => undefined],
  ['though the edge that wrote them is lost with its disk', lost],
])('shows pictures when they came, %s', async (_, happens) => {
  recordingId = randomUUID();
  const filter = `drawbox=color=red:thickness=fill:enable='gte(t,4.9)',select='not(mod(n,7))'`;
  const screen = await written(`${plain('lime', '10')},${filter}`, 6);
  await happens(screen);
  const [colours = []] = await composed(newComposer(), [span(0, 6_000)], [screen, left]);
  const changes = colours.flatMap((colour, index) => (colour === colours[index - 1] ? [] : [[colour, index / 25]]));
  expect(changes).toEqual([
    ['lime', 0],
    ['red', expect.closeTo(4.9, 1)],
  ]);
});

/** Leaves of a part what there is when its writer is killed in a segment, which has so many bytes then. */
async function killedIn(part: UsedPart, segment: number, bytes: number): Promise<void> {
  const own = join(folder, recordingId, part.id);
  const list = join(own, 'segments.csv');
  const lines = (await readFile(list, 'utf8')).trimEnd().split('\n');
  for (let later = segment + 1; later < lines.length; later++) await rm(join(own, nameOf(later)));
  await writeFile(list, lines.slice(0, segment).join('\n'));
  await truncate(join(own, nameOf(segment)), bytes);
}

const nameOf = (segment: number) => `${String(segment).padStart(5, '0')}.mkv`;

/** How many bytes of a segment come before its first picture. */
async function headLength({ id }: UsedPart): Promise<number> {
  const cluster = Buffer.from('1f43b675', 'hex');
  return (await readFile(join(folder, recordingId, id, nameOf(0)))).indexOf(cluster);
}

it('leaves out a segment whose writer was killed before anything was in it, and nothing else', async () => {
  recordingId = randomUUID();
  const goesOn = await written(plain('red', '15'), 3);
  const headOnly = await written(plain('lime', '15'), 1);
  const empty = await written(plain('lime', '15'), 1);
  const later = await written(plain('blue', '15'), 3);
  const bytes = await headLength(headOnly);
  await killedIn(headOnly, 0, bytes);
  await killedIn(empty, 0, 0);
  await killedIn(later, 1, bytes);
  const [top, bottom] = [
    { ...right, height: 360 },
    { ...right, height: 360, y: 360 },
  ];
  const [whole = [], first = [], second = []] = await composed(
    newComposer(),
    [span(0, 3_000)],
    [goesOn, left],
    [headOnly, top],
    [later, bottom],
    [empty, top],
  );
  expect(whole).toEqual(Array.from({ length: 75 }, () => 'red'));
  expect(new Set(first)).toEqual(new Set(['dark']));
  expect(second.slice(0, 50)).toEqual(Array.from({ length: 50 }, () => 'blue'));
});

it('leaves alone what another compositor works with, and clears away what lost ones left', async () => {
  recordingId = randomUUID();
  const camera = await written(plain('red', '15'), 2);
  const [begun, goOn] = [join(folder, 'begun'), join(folder, 'go-on')];
  const slow = join(folder, 'slow');
  const waits = `touch ${begun}; while [ ! -e ${goOn} ]; do sleep 0.1; done; exec ffmpeg "$@"`;
  await writeFile(slow, `#!/bin/sh\n${waits}\n`, { mode: 0o755 });
  const working = composed(newComposer(slow), [span(0, 2_000)], [camera, left]);
  await expect.poll(() => readdir(folder), { timeout: 30_000 }).toContain('begun');
  const lost = newComposer();
  await lost.listen(recordingId, [{ ...camera, participantId: 'ada' }], span(0, 0), signal);
  await newComposer().tidy(recordingId);
  const atWork = async () => (await readdir(join(folder, 'work'))).filter((name) => name.includes(recordingId));
  expect(await atWork()).toHaveLength(2);
  await writeFile(goOn, '');
  const [colours = []] = await working;
  expect(new Set(colours)).toEqual(new Set(['red']));
  expect(await atWork()).toEqual([]);
});

/** Composes two cameras beside each other: of somebody with this name on the left, of somebody else on the right. */
async function named(composer: FfmpegComposer, name: string, other = ''): Promise<void> {
  recordingId = randomUUID();
  const parts = [await written(plain('blue', '15'), 1), await written(plain('blue', '15'), 1)] as const;
  const places = [
    { ...placed(parts[0], left), participantId: 'ada' },
    { ...placed(parts[1], right), participantId: 'ben' },
  ];
  const names = new Map([
    ['ada', name],
    ['ben', other],
  ]);
  await composer.stretch(recordingId, 0, { span: span(0, 1_000), parts, placed: places, names }, signal);
  await composer.join(recordingId, 1, signal);
}

/** How bright each dot is in the lower left of a tile, 0 to 255. */
async function dotsIn({ x, y, height }: Tile): Promise<Buffer> {
  const filter = `crop=320:40:${x}:${y + height - 40},format=gray`;
  const file = join(folder, recordingId, 'composed', 'recording.webm');
  const args = ['-loglevel', 'error', '-i', file, '-frames:v', '1', '-vf', filter, '-f', 'rawvideo', '-'];
  return (await run('ffmpeg', args, { encoding: 'buffer' })).stdout;
}

async function brightestIn(tile: Tile): Promise<number> {
  return Math.max(...(await dotsIn(tile)));
}

/** How many dots are white in one of two tiles only. */
async function unlike(one: Tile, other: Tile): Promise<number> {
  const [here, there] = [await dotsIn(one), await dotsIn(other)];
  return here.filter((dot, index) => Math.abs(dot - (there[index] ?? 0)) > 100).length;
}

it.each([
  ['that looks like filters', `a':b;[x]%{pts}\\n,\n{\\b1}`],
  ['from right to left', 'נור الهدى \u202e'],
  ['that is too long', 'W'.repeat(200)],
])('writes a name %s into its tile, and nowhere else', async (_, name) => {
  await named(newComposer(), name);
  expect(await brightestIn(left)).toBeGreaterThan(white);
  expect(await brightestIn(right)).toBeLessThan(white);
});

/** Boxes in place of letters would be alike for names of one length. */
it.skipIf(fontsLeftOut(process.env)).each([
  ['Chinese', '王小明', '李大華'],
  ['Thai', 'สมชาย', 'กานดา'],
  ['Devanagari, where letters join', 'क्षक्ष', 'क्\u200cषक्\u200cष'],
])('writes with the fonts of the host a name in %s', async (_, name, other) => {
  await named(newComposer(), name, other);
  expect(await brightestIn(left)).toBeGreaterThan(white);
  expect(await unlike(left, right)).toBeGreaterThan(20);
});

it('writes no name of which no font has anything', async () => {
  // Kirat Rai: fonts of the host are older than that.
  await named(newComposer(), '\u{16d43}\u{16d44}');
  expect(await brightestIn(left)).toBeLessThan(white);
});

it('composes without names where ffmpeg can write none, and says so once', async () => {
  const bare = join(folder, 'bare');
  await writeFile(bare, '#!/bin/sh\ncase "$*" in *-filters) exit;; esac\nexec ffmpeg "$@"\n', { mode: 0o755 });
  const warned = vi.fn<Logger['warn']>();
  const composer = newComposer(bare, { ...silentLogger, warn: warned });
  await named(composer, 'Ada');
  await named(composer, 'Ada');
  expect(await brightestIn(left)).toBeLessThan(white);
  expect(warned).toHaveBeenCalledExactlyOnceWith(expect.anything(), expect.stringContaining('without names'));
});
