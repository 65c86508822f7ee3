import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Loaded before a server that is measured: asked over its channel, it collects its garbage and tells how much memory is in use. */
setFlagsFromString('--expose-gc');
const collect: (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void = runInNewContext('gc');

/** What held on to something native goes one round later than that. */
const rounds = 4;

process.on('message', () => void report());
process.channel?.unref();

async function report(): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await setImmediate();
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }
  process.send?.(process.memoryUsage());
}
