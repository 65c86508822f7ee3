import { type Placed, picture, type Span } from './composition.ts';

/** A part as ffmpeg reads it: its first packet is at `startsAt`, Unix ms. */
export interface Input {
  partId: string;
  kind: 'audio' | 'video';
  startsAt: number;
  /** It is not heard from here on, Unix ms. */
  until?: number | undefined;
}

/** A picture is seen until the next one comes: also one from before the stretch, and one whose next comes after it. */
const held = `fps=${picture.framesPerSecond},tpad=stop=-1:stop_mode=clone`;

/** What names are written with, in the folder in which ffmpeg runs. */
export const captionFiles = { subtitles: 'captions.ass', fonts: 'fonts' };

/** The filters that make one stretch out of the inputs, in their order; it ends in [picture] and [sound]. See ffmpeg-filters(1). */
export function filterGraph(
  inputs: readonly Input[],
  placed: readonly Placed[],
  stretch: Span,
  isCaptioned: boolean,
): string {
  const length = seconds(stretch.to - stretch.from);
  const shift = ({ startsAt }: Input) => `PTS-STARTPTS+(${seconds(startsAt - stretch.from)})/TB`;
  const { width, height, framesPerSecond } = picture;
  const empty = `color=c=0x14161a:s=${width}x${height}:r=${framesPerSecond}:d=${length}`;
  const chains = [`${[empty, ...cards(placed, stretch)].join(',')}[canvas0]`];
  let canvas = 0;
  for (const [index, input] of inputs.entries()) {
    const places = placed.filter(({ partId }) => partId === input.partId);
    if (input.kind !== 'video' || places.length === 0) continue;
    // One copy for each size, wherever it is seen in that size: it may move often.
    const sizes = [...Map.groupBy(places, ({ tile }) => `${tile.width}:${tile.height}`)];
    const copies = sizes.map((_, copy) => `[in${index}_${copy}]`);
    chains.push(`[${index}:v]setpts=${shift(input)},trim=end=${length},split=${sizes.length}${copies.join('')}`);
    for (const [copy, [size, shown]] of sizes.entries()) {
      const scaled = `[tile${index}_${copy}]`;
      const fitted = `scale=${size}:force_original_aspect_ratio=decrease,setsar=1`;
      chains.push(`${copies[copy]}${fitted},${held},trim=start=0:end=${length}${scaled}`);
      const overlaid = `[canvas${canvas}]${scaled}overlay=${centred(shown, stretch)}:eof_action=pass`;
      chains.push(`${overlaid}[canvas${++canvas}]`);
    }
  }
  const written = isCaptioned ? `ass=f=${captionFiles.subtitles}:fontsdir=${captionFiles.fonts},` : '';
  chains.push(`[canvas${canvas}]${written}format=yuv420p[picture]`);
  const sounds = inputs.flatMap((input, index) => (input.kind === 'audio' ? [{ input, index }] : []));
  for (const { input, index } of sounds) {
    // Where nothing was sent there is silence, so that what comes later is not too early.
    const filled = 'aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo';
    const end = seconds(Math.min(stretch.to, input.until ?? stretch.to) - stretch.from);
    chains.push(`[${index}:a]asetpts=${shift(input)},atrim=start=0:end=${end},${filled}[sound${index}]`);
  }
  const silence = `anullsrc=r=48000:cl=stereo:d=${length}[silence]`;
  const mixed = ['[silence]', ...sounds.map(({ index }) => `[sound${index}]`)];
  // Nobody becomes quieter because others are there, as in the meeting; what is too loud then is limited.
  const mix = `amix=inputs=${mixed.length}:duration=first:normalize=0,alimiter=limit=0.95`;
  chains.push(silence, `${mixed.join('')}${mix},atrim=end=${length}[sound]`);
  return chains.join(';');
}

/** Where somebody is seen without a picture: a little smaller than the tile, so that two beside each other are two. */
function cards(placed: readonly Placed[], stretch: Span): string[] {
  const tiles = Map.groupBy(
    placed.filter(({ partId }) => partId === undefined),
    ({ tile: { x, y, width, height } }) => `x=${x + 2}:y=${y + 2}:w=${width - 4}:h=${height - 4}`,
  );
  return [...tiles].map(([box, shown]) => `drawbox=${box}:color=0x262a31:t=fill:enable='${whenever(shown, stretch)}'`);
}

function centred(shown: readonly Placed[], stretch: Span): string {
  const { width, height } = sizeOf(shown);
  return wherever(shown, stretch, `(${width}-w)/2`, `(${height}-h)/2`);
}

/** Tiles of one size: where and when they are, as expressions of `t`, and what is in them so far from their left and their top. */
function wherever(shown: readonly Placed[], stretch: Span, right: string, down: string): string {
  const at = (axis: 'x' | 'y') => {
    const [first, ...others] = new Set(shown.map(({ tile }) => tile[axis]));
    if (others.length === 0) return `${first}`;
    return shown.map((place) => `${place.tile[axis]}*${during(place, stretch)}`).join('+');
  };
  return `x='${at('x')}+${right}':y='${at('y')}+${down}':enable='${whenever(shown, stretch)}'`;
}

function whenever(shown: readonly Placed[], stretch: Span): string {
  return shown.map((place) => during(place, stretch)).join('+');
}

function during({ from, to }: Span, stretch: Span): string {
  return `gte(t,${seconds(from - stretch.from)})*lt(t,${seconds(to - stretch.from)})`;
}

function sizeOf([first]: readonly Placed[]): { width: number; height: number } {
  return first?.tile ?? { width: 0, height: 0 };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
