import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One file of a part. Times in seconds since the part began. */
export interface Segment {
  file: string;
  from: number;
  /** Undefined: its writer was killed in it. */
  to: number | undefined;
}

/** The segments in the folder of a part, in their order. `segments.csv` lists those that were closed: name, from, to. */
export async function segmentsIn(folder: string): Promise<Segment[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{5}\.mkv$/.test(name)).sort();
  const list = names.length === 0 ? '' : await readFile(join(folder, 'segments.csv'), 'utf8').catch(() => '');
  const closed = new Map(
    list.split('\n').map((line) => {
      const [name = '', from, to] = line.split(',');
      return [name, { from: Number(from), to: Number(to) }];
    }),
  );
  const begin = closed.get(names[0] ?? '')?.from ?? 0;
  const segments: Segment[] = [];
  for (const file of names) {
    const times = closed.get(file);
    const from = times === undefined ? (segments.at(-1)?.to ?? 0) : times.from - begin;
    segments.push({ file: join(folder, file), from, to: times === undefined ? undefined : times.to - begin });
  }
  return segments;
}
