import { stripVTControlCharacters } from 'node:util';

type Cell = string | number;

/** Rows under their titles, in columns as wide as they need to be; numbers stand to the right. */
export function table(titles: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => clean(row[column] ?? '').length)),
  );
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === 'number' ? clean(cell).padStart(width) : clean(cell).padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(titles), ...rows.map(line)].join('\n');
}

/** Names are strangers' text: nothing in them may steer the terminal. */
export function clean(cell: Cell): string {
  return stripVTControlCharacters(String(cell)).replace(/\p{Cc}/gu, ' ');
}

/** Prints what a command found: as JSON for scripts, else as people read it. */
export function print(json: boolean, found: unknown, forPeople: () => string): void {
  console.log(json ? JSON.stringify(found, null, 2) : forPeople());
}

export function bitrate(bps: number): string {
  if (bps >= 1e9) return `${(bps / 1e9).toFixed(1)} Gbit/s`;
  if (bps >= 1e6) return `${(bps / 1e6).toFixed(1)} Mbit/s`;
  return `${Math.round(bps / 1e3)} kbit/s`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** How full an edge is, and of what. */
export function fullness({ load, networkBound }: { load: number; networkBound?: boolean }): string {
  return networkBound === true ? `${percent(load)} (network)` : percent(load);
}

export function milliseconds(ms: number | undefined): string {
  return ms === undefined ? '' : `${Math.round(ms * 10) / 10} ms`;
}
