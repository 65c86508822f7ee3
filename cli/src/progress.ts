import { setTimeout as delay } from 'node:timers/promises';
import type { EdgeProgress } from '@canopy/client/api';
import { patient } from './patience.ts';

const lookEveryMs = 500;
const barWidth = 30;

/** How far a drain is, as one line. */
export function drainLine({ state, sessions, movedSessions, links }: EdgeProgress): string {
  const all = sessions + movedSessions;
  const share = state === 'drained' ? 1 : all === 0 ? 0 : movedSessions / all;
  const filled = Math.round(share * barWidth);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]`;
  return `${bar} ${movedSessions} moved, ${sessions} to go, ${links} links`;
}

/** Where progress is written: a terminal shows the last line only. */
type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

/** Shows one line in the place of the one before. */
export function showLine(output: Output, line: string): void {
  output.write(output.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
}

/** Looks at a drain, with a bar on a terminal, until the edge is empty. */
export async function watchDrain(look: () => Promise<EdgeProgress>, output: Output | undefined): Promise<EdgeProgress> {
  const lookPatiently = patient(look);
  let said = '';
  for (;;) {
    const progress = await lookPatiently();
    if (progress === undefined) {
      await delay(lookEveryMs);
      continue;
    }
    const line = drainLine(progress);
    if (output !== undefined && line !== said) showLine(output, line);
    said = line;
    const over = progress.state !== 'draining';
    if (over && output?.isTTY === true) output.write('\n');
    if (progress.state === 'ready') throw new Error('The edge was put back to work before it was empty.');
    if (progress.state === 'dead') throw new Error('The edge was lost before it was empty.');
    if (over) return progress;
    await delay(lookEveryMs);
  }
}
