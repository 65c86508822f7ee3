import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Loaded before a server that is measured: asked over its channel, it collects its garbage and tells how much memory is in use. */
setFlagsFromString('--expose-gc');
const collect: (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void = runInNewContext('gc');

process.on('message', () => {
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  process.send?.(process.memoryUsage());
});
process.channel?.unref();
