import { loadavg } from 'node:os';

/** For the notes of a result, when the bench begins: what else the machine did. */
export function loadNote(): string {
  const [lastMinute = 0] = loadavg();
  return `Before it began, ${lastMinute.toFixed(1)} processes on the machine were running or waiting to (mean of a minute).`;
}
