import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchNames, benchOf, loadBench } from '../catalogue.ts';
import type { Entry } from './entries.ts';
import { exhibitOf } from './exhibits.ts';
import { type Section, toPage } from './page.ts';
import { verdicts } from './reliability.ts';
import { shownOf } from './shown.ts';

/** Not kept in the repository: it can be made of the results at any time. */
export const defaultReport = fileURLToPath(new URL('../../results/report.html', import.meta.url));

/** Writes one page that needs nothing else. */
export async function writeReport(file: string, entries: readonly Entry[]): Promise<void> {
  const names = await benchNames();
  const sections = await Promise.all(entries.map((entry) => sectionOf(entry, names)));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, toPage(sections, verdicts(entries), new Date()));
  console.error(`report: ${file}`);
}

async function sectionOf(entry: Entry, names: readonly string[]): Promise<Section> {
  const name = benchOf(entry.bench, names);
  const empty = { entry, description: '', summary: '', promises: [], plots: [] };
  if (name === undefined) return { ...empty, summary: 'There is no such bench any more.' };
  const bench = await loadBench(name);
  const section = { ...empty, description: bench.description };
  if (entry.failure !== undefined) return section;
  return { ...section, ...shownOf(entry.result, bench, exhibitOf(name)) };
}
