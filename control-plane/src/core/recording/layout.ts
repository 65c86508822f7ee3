import { overlaps, type Placed, picture, type Span, type Tile } from './composition.ts';
import type { RecordingPart } from './recording.ts';
import type { Speaking } from './speakers.ts';

const mostTiles = 16;
const mostBeside = 4;
const mostBelow = 5;

interface Seen {
  partId: string;
  tile: Tile;
}

/**
 * Who is seen where in a stretch. A shared screen, the latest if there are several, is large with cameras beside it, first that
 * of whoever speaks. Without one, who speaks is large, with others in a strip below. While nobody speaks, or without a camera,
 * cameras are in a grid. Those first who came first.
 */
export function layOut(parts: readonly RecordingPart[], stretch: Span, speaking: readonly Speaking[]): Placed[] {
  const seen = parts.filter((part) => part.kind === 'video' && overlaps(part, stretch));
  const placed: Placed[] = [];
  for (const { from, to } of steadySpans(seen, stretch, speaking)) {
    const now = seen.filter((part) => part.startedAt <= from && part.writtenUntil >= to);
    const speaker = speaking.find((one) => one.from <= from && one.to >= to)?.participantId;
    for (const { partId, tile } of arrange(now, speaker)) {
      const before = placed.findLast((other) => other.partId === partId);
      if (before !== undefined && before.to === from && isSame(before.tile, tile)) before.to = to;
      else placed.push({ partId, tile, from, to });
    }
  }
  return placed;
}

/** The times in which nobody comes or goes, and nobody else speaks. */
function steadySpans(seen: readonly RecordingPart[], stretch: Span, speaking: readonly Speaking[]): Span[] {
  const changes = [
    ...seen.flatMap(({ startedAt, writtenUntil }) => [startedAt, writtenUntil]),
    ...speaking.flatMap(({ from, to }) => [from, to]),
  ].filter((time) => time > stretch.from && time < stretch.to);
  const times = [...new Set([stretch.from, ...changes, stretch.to])].sort((a, b) => a - b);
  return times.slice(1).map((to, index) => ({ from: times[index] ?? stretch.from, to }));
}

function arrange(parts: readonly RecordingPart[], speaker: string | undefined): Seen[] {
  const screen = parts.findLast((part) => part.screen);
  const cameras = parts.filter((part) => !part.screen);
  const large = cameras.find(({ participantId }) => participantId !== undefined && participantId === speaker);
  const others = cameras.filter((part) => part !== large);
  if (screen !== undefined) return besideScreen(screen, large === undefined ? others : [large, ...others]);
  if (large !== undefined && others.length > 0) return aboveStrip(large, others);
  return grid(cameras.slice(0, mostTiles));
}

function besideScreen(screen: RecordingPart, cameras: readonly RecordingPart[]): Seen[] {
  const { width, height } = picture;
  if (cameras.length === 0) return [{ partId: screen.id, tile: { x: 0, y: 0, width, height } }];
  const column = width / 4;
  const row = height / mostBeside;
  const beside = cameras.slice(0, mostBeside).map(({ id }, index) => {
    return { partId: id, tile: { x: width - column, y: index * row, width: column, height: row } };
  });
  return [{ partId: screen.id, tile: { x: 0, y: 0, width: width - column, height } }, ...beside];
}

function aboveStrip(large: RecordingPart, others: readonly RecordingPart[]): Seen[] {
  const { width, height } = picture;
  const column = width / mostBelow;
  const row = height / mostBelow;
  const shown = others.slice(0, mostBelow);
  const start = (width - shown.length * column) / 2;
  const below = shown.map(({ id }, index) => {
    return { partId: id, tile: { x: start + index * column, y: height - row, width: column, height: row } };
  });
  return [{ partId: large.id, tile: { x: 0, y: 0, width, height: height - row } }, ...below];
}

function grid(parts: readonly RecordingPart[]): Seen[] {
  const columns = Math.ceil(Math.sqrt(parts.length));
  const rows = Math.ceil(parts.length / columns);
  // Even, as the chroma of pictures wants it.
  const even = (length: number) => Math.floor(length / 2) * 2;
  const [width, height] = [even(picture.width / columns), even(picture.height / rows)];
  return parts.map(({ id }, index) => {
    const tile = { x: (index % columns) * width, y: Math.floor(index / columns) * height, width, height };
    return { partId: id, tile };
  });
}

function isSame(a: Tile, b: Tile): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
