import { overlaps, type Placed, picture, type Span, type Tile } from './composition.ts';
import type { RecordingPart } from './recording.ts';
import type { Speaking } from './speakers.ts';

const mostTiles = 16;
const mostBeside = 4;
const mostBelow = 5;

/** A picture, or somebody of whom there is none. */
type Shown = Pick<Placed, 'partId' | 'participantId'>;
type Seen = Omit<Placed, 'from' | 'to'>;

/** Somebody is there for as long as anything of theirs was recorded, from the first of it to the last. */
interface Presence extends Span {
  participantId: string;
}

/**
 * Who is seen where in a stretch. A shared screen, the latest if there are several, is large with cameras beside it, first that
 * of whoever speaks. Without one, who speaks is large, with others in a strip below. While nobody speaks, or there is nobody
 * else, all are in a grid. Those first who came first, and then those whose cameras are off, as cards; a screen without any
 * camera is alone.
 */
export function layOut(parts: readonly RecordingPart[], stretch: Span, speaking: readonly Speaking[]): Placed[] {
  const seen = parts.filter((part) => part.kind === 'video' && overlaps(part, stretch));
  const present = presencesOf(parts);
  const placed: Placed[] = [];
  for (const span of steadySpans([...seen.map(spanOf), ...present, ...speaking], stretch)) {
    const lasts = ({ from, to }: Span) => from <= span.from && to >= span.to;
    const now = seen.filter((part) => lasts(spanOf(part)));
    for (const one of arrange(now, present.filter(lasts), speaking.find(lasts)?.participantId)) {
      const before = placed.findLast(({ partId, participantId }) => {
        return partId === one.partId && participantId === one.participantId;
      });
      if (before !== undefined && before.to === span.from && isSame(before.tile, one.tile)) before.to = span.to;
      else placed.push({ ...one, ...span });
    }
  }
  return placed;
}

function spanOf({ startedAt, writtenUntil }: RecordingPart): Span {
  return { from: startedAt, to: writtenUntil };
}

function shownOf({ id, participantId }: RecordingPart): Shown {
  return { partId: id, participantId };
}

function presencesOf(parts: readonly RecordingPart[]): Presence[] {
  const presences = new Map<string, Presence>();
  for (const { participantId, startedAt, writtenUntil } of parts) {
    if (participantId === undefined) continue;
    const known = presences.get(participantId);
    const from = Math.min(known?.from ?? startedAt, startedAt);
    const to = Math.max(known?.to ?? writtenUntil, writtenUntil);
    presences.set(participantId, { participantId, from, to });
  }
  return [...presences.values()];
}

/** The times in which none of these spans begins or ends. */
function steadySpans(spans: readonly Span[], stretch: Span): Span[] {
  const changes = spans
    .flatMap(({ from, to }) => [from, to])
    .filter((time) => time > stretch.from && time < stretch.to);
  const times = [...new Set([stretch.from, ...changes, stretch.to])].sort((a, b) => a - b);
  return times.slice(1).map((to, index) => ({ from: times[index] ?? stretch.from, to }));
}

function arrange(parts: readonly RecordingPart[], present: readonly Presence[], speaker: string | undefined): Seen[] {
  const [screen] = parts
    .filter((part) => part.screen)
    .slice(-1)
    .map(shownOf);
  const cameras = parts.filter((part) => !part.screen).map(shownOf);
  if (screen !== undefined && cameras.length === 0) return besideScreen(screen, []);
  const onCamera = new Set(cameras.map(({ participantId }) => participantId));
  const hidden = present.filter(({ participantId }) => !onCamera.has(participantId));
  const people = [...cameras, ...hidden.map(({ participantId }) => ({ partId: undefined, participantId }))];
  const large = people.find(({ participantId }) => participantId !== undefined && participantId === speaker);
  const others = people.filter((one) => one !== large);
  if (screen !== undefined) return besideScreen(screen, large === undefined ? others : [large, ...others]);
  if (large !== undefined && others.length > 0) return aboveStrip(large, others);
  return grid(people.slice(0, mostTiles));
}

function besideScreen(screen: Shown, people: readonly Shown[]): Seen[] {
  const { width, height } = picture;
  if (people.length === 0) return [{ ...screen, tile: { x: 0, y: 0, width, height } }];
  const column = width / 4;
  const row = height / mostBeside;
  const beside = people.slice(0, mostBeside).map((one, index) => {
    return { ...one, tile: { x: width - column, y: index * row, width: column, height: row } };
  });
  return [{ ...screen, tile: { x: 0, y: 0, width: width - column, height } }, ...beside];
}

function aboveStrip(large: Shown, others: readonly Shown[]): Seen[] {
  const { width, height } = picture;
  const column = width / mostBelow;
  const row = height / mostBelow;
  const shown = others.slice(0, mostBelow);
  const start = (width - shown.length * column) / 2;
  const below = shown.map((one, index) => {
    return { ...one, tile: { x: start + index * column, y: height - row, width: column, height: row } };
  });
  return [{ ...large, tile: { x: 0, y: 0, width, height: height - row } }, ...below];
}

function grid(people: readonly Shown[]): Seen[] {
  const columns = Math.ceil(Math.sqrt(people.length));
  const rows = Math.ceil(people.length / columns);
  // Even, as the chroma of pictures wants it.
  const even = (length: number) => Math.floor(length / 2) * 2;
  const [width, height] = [even(picture.width / columns), even(picture.height / rows)];
  return people.map((one, index) => {
    const tile = { x: (index % columns) * width, y: Math.floor(index / columns) * height, width, height };
    return { ...one, tile };
  });
}

function isSame(a: Tile, b: Tile): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
