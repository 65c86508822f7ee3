import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { besideReport } from '../record.ts';

/** Writes a result as JSON beside a report of it: `all.report.json` beside `all.html`. */
export async function saveBeside(report: string, result: object): Promise<void> {
  const file = `${report.replace(/\.html$/, '')}${besideReport}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  console.error(`results: ${file}`);
}
