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

/** The filters that make one stretch out of the inputs, in their order; it ends in [picture] and [sound]. See ffmpeg-filters(1). */
export function filterGraph(inputs: readonly Input[], placed: readonly Placed[], stretch: Span): string {
  const length = seconds(stretch.to - stretch.from);
  const shift = ({ startsAt }: Input) => `PTS-STARTPTS+(${seconds(startsAt - stretch.from)})/TB`;
  const { width, height, framesPerSecond } = picture;
  const chains = [`color=c=0x14161a:s=${width}x${height}:r=${framesPerSecond}:d=${length}[canvas0]`];
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
      const overlaid = `[canvas${canvas}]${scaled}overlay=${wherever(shown, stretch)}:eof_action=pass`;
      chains.push(`${overlaid}[canvas${++canvas}]`);
    }
  }
  chains.push(`[canvas${canvas}]format=yuv420p[picture]`);
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

/** The place and time of tiles of one size, as expressions of `t`. */
function wherever(shown: readonly Placed[], stretch: Span): string {
  const during = ({ from, to }: Span) => `gte(t,${seconds(from - stretch.from)})*lt(t,${seconds(to - stretch.from)})`;
  const at = (axis: 'x' | 'y') => shown.map((place) => `${place.tile[axis]}*${during(place)}`).join('+');
  const [{ tile } = { tile: { width: 0, height: 0 } }] = shown;
  const x = `x='${at('x')}+(${tile.width}-w)/2'`;
  const y = `y='${at('y')}+(${tile.height}-h)/2'`;
  return `${x}:${y}:enable='${shown.map(during).join('+')}'`;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
