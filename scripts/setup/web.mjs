import { join } from 'node:path';
import { run } from './command.mjs';
import { projectEnv } from './dependencies.mjs';
import { root, setupLog } from './paths.mjs';
import { seconds } from './report.mjs';
import { contentHash, makeOnce } from './stamp.mjs';

/** Builds the web app when its sources, or those it is built from, changed. @param {import('./report.mjs').Report} report */
export async function buildWeb(report) {
  const started = performance.now();
  const web = join(root, 'web');
  const inputs = [
    web,
    join(root, 'client', 'src'),
    join(root, 'proto', 'canopy'),
    join(root, 'proto', 'src'),
    join(root, 'package-lock.json'),
  ];
  const made = await makeOnce(join(web, 'dist'), contentHash(root, inputs), () => {
    report('building');
    return run('vite', ['build', 'web', '--logLevel', 'warn'], {
      what: 'vite build web',
      logFile: setupLog('web'),
      timeoutMs: 180_000,
      cwd: root,
      env: projectEnv(process.env),
    });
  });
  report(made ? `built in ${seconds(started)}` : 'up to date');
}
