export interface Box {
  width: number;
  height: number;
}

export interface Grid {
  columns: number;
  /** Size of one tile in CSS pixels. */
  tile: Box;
}

const aspect = 16 / 9;
/** Two fit beside each other on a phone. */
const minTileWidth = 160;

/** The grid that makes `count` tiles of 16:9 as large as they get in `box`. When they would become too small to recognise anybody, tiles keep their least size and the grid scrolls. */
export function gridLayout(count: number, box: Box, gap: number): Grid {
  let best: Grid = { columns: 1, tile: { width: 0, height: 0 } };
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const tile = tileSize(columns, Math.ceil(count / columns), box, gap);
    if (tile.width > best.tile.width) best = { columns, tile };
  }
  return best.tile.width >= Math.min(minTileWidth, box.width) ? best : scrolling(box, gap);
}

const mostPerPage = 25;

/** How many tiles a page of the grid holds without scrolling and without becoming too small, or as wide as a phone. */
export function gridCapacity(box: Box, gap: number): number {
  const width = Math.min(minTileWidth, box.width);
  return Math.min(mostPerPage, fitting(box.width, width, gap) * fitting(box.height, width / aspect, gap));
}

/** How many tiles fit one after the other: in a column of the width of `box`, or in a row of its height. */
export function stripCapacity(box: Box, gap: number): number {
  const isColumn = box.height > box.width;
  const fit = isColumn ? fitting(box.height, box.width / aspect, gap) : fitting(box.width, box.height * aspect, gap);
  return Math.min(mostPerPage, fit);
}

/** At least one. */
function fitting(space: number, size: number, gap: number): number {
  return Math.max(1, Math.floor((space + gap) / (size + gap)));
}

function tileSize(columns: number, rows: number, box: Box, gap: number): Box {
  const width = (box.width - gap * (columns - 1)) / columns;
  const height = (box.height - gap * (rows - 1)) / rows;
  const fitted = Math.max(0, Math.floor(Math.min(width, height * aspect)));
  return { width: fitted, height: Math.floor(fitted / aspect) };
}

function scrolling(box: Box, gap: number): Grid {
  const columns = Math.max(1, Math.floor((box.width + gap) / (minTileWidth + gap)));
  const width = Math.floor((box.width - gap * (columns - 1)) / columns);
  return { columns, tile: { width, height: Math.floor(width / aspect) } };
}
