/** One file of a part. Times in seconds since the part began. */
export interface Segment {
  name: string;
  from: number;
  /** Where the next one begins; undefined: its writer was killed in it. */
  to: number | undefined;
  isEmpty: boolean;
}

/** A line of the list of an ffmpeg that writes segments: name, from, to. */
const closedSegment = /^([^,\n]+),(-?\d{1,9}(?:\.\d+)?),(\d{1,9}(?:\.\d+)?)$/gm;

/**
 * The files of a part in their order, none of which begins before the one before it.
 *
 * @param list those that their writer closed, as CSV; of what is damaged in it nothing is taken
 */
export function segmentsIn(files: readonly Pick<Segment, 'name' | 'isEmpty'>[], list: string): Segment[] {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const closed = closedIn(list);
  const begin = closed.get(sorted[0]?.name ?? '')?.from ?? 0;
  const segments: Segment[] = [];
  for (const { name, isEmpty } of sorted) {
    const before = segments.at(-1);
    const listed = closed.get(name);
    const times = listed !== undefined && listed.from - begin >= (before?.from ?? 0) ? listed : undefined;
    const from = times === undefined ? (before?.to ?? before?.from ?? 0) : times.from - begin;
    // The list ends one after its last picture, by a length it assumes; that picture is seen until the next one.
    if (before?.to !== undefined) before.to = from;
    segments.push({ name, from, to: times === undefined ? undefined : times.to - begin, isEmpty });
  }
  return segments;
}

function closedIn(list: string): ReadonlyMap<string, { from: number; to: number }> {
  const rows = [...list.matchAll(closedSegment)];
  const all = rows.map(([, name = '', from, to]) => [name, { from: Number(from), to: Number(to) }] as const);
  return new Map(all.filter(([, { from, to }]) => to >= from));
}
