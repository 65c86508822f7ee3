/** Sizes are in CSS pixels. */
export interface Box {
  width: number;
  height: number;
}

/** Where a tile stands on the stage. `start` is from its left, or from its right where one reads from there. */
export interface Place extends Box {
  start: number;
  top: number;
  /** It stands over another one. */
  floats?: boolean;
  /** What one that floats over it hides of its lower edge, from its end. */
  hidden?: number;
}

/** How many tiles a page holds: of the grid, and of those beside what is large. */
export interface Capacity {
  grid: number;
  strip: number;
}

/** Between tiles. */
const gap = 12;
const aspect = 16 / 9;
/** Two fit beside each other on a phone. */
const minTileWidth = 160;
const mostPerPage = 25;
/** Of the strip; less on a stage of which that would be more than a third. */
const columnWidth = 224;
const rowHeight = 88;
/** Width by height of a picture that fills the stage: of one of 16:9 whoever sits in its middle is still seen. */
const filling = { least: 1, most: 2 };

/** Where tiles of 16:9 stand in `box`, those that are large first: they get the most of it, and the others a strip of it. Nobody large: all stand in a grid. */
export function placesIn(box: Box, large: number, others: number): Place[] {
  const stage = { ...box, start: 0, top: 0 };
  if (large === 0 || others === 0) return gridIn(stage, large + others);
  const { room, strip } = split(stage);
  return [...gridIn(room, large), ...gridIn(strip, others)];
}

/** Where two who talk with each other stand, the other first: they fill the stage, and oneself is small beside or below them, or in their corner where there is no room for that. */
export function placesOfTwo(box: Box): [Place, Place] {
  const width = Math.floor(Math.min(box.width, box.height * filling.most));
  const height = Math.floor(Math.min(box.height, width / filling.least));
  const own = tileSize({ width: Math.min(columnWidth, box.width / 2), height: box.height / 2 }, 1, 1);
  const beside = box.width - width >= gap + own.width ? gap + own.width : 0;
  const below = box.height - height >= gap + own.height ? gap + own.height : 0;
  const start = half(box.width - width - beside);
  const top = half(box.height - height - below);
  const floats = beside + below === 0;
  const inset = floats ? gap : 0;
  return [
    { width, height, start, top, hidden: floats ? gap + own.width : 0 },
    {
      ...own,
      start: start + width + beside - inset - own.width,
      top: top + height + below - inset - own.height,
      floats,
    },
  ];
}

/** How many tiles fit without becoming too small to recognise anybody, or than a strip of its full size allows: at least one. A lower stage never holds more: it would if a narrow strip counted smaller tiles, and a pager below it would come and go. */
export function capacityOf(box: Box): Capacity {
  const { strip } = split({ ...box, start: 0, top: 0 });
  return {
    grid: fitting(box, Math.min(minTileWidth, box.width)),
    strip: fitting(strip, strip.start > 0 ? columnWidth : rowHeight * aspect),
  };
}

function fitting(box: Box, tileWidth: number): number {
  const along = (space: number, size: number) => Math.max(1, Math.floor((space + gap) / (size + gap)));
  return Math.min(mostPerPage, along(box.width, tileWidth) * along(box.height, tileWidth / aspect));
}

/** The strip is a column or a row, whichever leaves a tile in the room beside it larger. */
function split(stage: Place): { room: Place; strip: Place } {
  const width = Math.min(columnWidth, Math.floor(stage.width / 3));
  const height = Math.min(rowHeight, Math.floor(stage.height / 3));
  const beside = { ...stage, width: Math.max(0, stage.width - width - gap) };
  const above = { ...stage, height: Math.max(0, stage.height - height - gap) };
  return tileSize(beside, 1, 1).width >= tileSize(above, 1, 1).width
    ? { room: beside, strip: { ...stage, start: beside.width + gap, width } }
    : { room: above, strip: { ...stage, top: above.height + gap, height } };
}

/** The grid in which tiles get as large as they can, in the middle of `place`; so are those in its last row. */
function gridIn(place: Place, count: number): Place[] {
  const { columns, tile } = bestGrid(place, count);
  const top = place.top + half(place.height - extent(Math.ceil(count / columns), tile.height));
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const start = place.start + half(place.width - extent(inRow, tile.width));
    return {
      ...tile,
      start: start + (index % columns) * (tile.width + gap),
      top: top + row * (tile.height + gap),
    };
  });
}

function bestGrid(box: Box, count: number): { columns: number; tile: Box } {
  let best = { columns: 1, tile: tileSize(box, 1, count) };
  for (let columns = 2; columns <= count; columns++) {
    const tile = tileSize(box, columns, Math.ceil(count / columns));
    if (tile.width > best.tile.width) best = { columns, tile };
  }
  return best;
}

function tileSize(box: Box, columns: number, rows: number): Box {
  const width = (box.width - gap * (columns - 1)) / columns;
  const height = (box.height - gap * (rows - 1)) / rows;
  const fitted = Math.max(0, Math.floor(Math.min(width, height * aspect)));
  return { width: fitted, height: Math.floor(fitted / aspect) };
}

/** How long so many of a size are, one after the other. */
function extent(count: number, size: number): number {
  return count * size + (count - 1) * gap;
}

/** Before and after what is in the middle, of the room that is left. */
function half(room: number): number {
  return Math.round(room / 2);
}
