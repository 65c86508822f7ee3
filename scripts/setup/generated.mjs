import { join } from 'node:path';
import { run } from './command.mjs';
import { projectEnv } from './dependencies.mjs';
import { root, setupLog } from './paths.mjs';
import { seconds } from './report.mjs';
import { contentHash, makeOnce } from './stamp.mjs';

const proto = join(root, 'proto');

/** Generates the TypeScript of proto/canopy when it, the settings or the generator changed. @param {import('./report.mjs').Report} report */
export async function generateWireTypes(report) {
  const started = performance.now();
  const inputs = [
    join(proto, 'canopy'),
    join(proto, 'buf.yaml'),
    join(proto, 'buf.gen.yaml'),
    join(root, 'node_modules', 'ts-proto', 'package.json'),
  ];
  const made = await makeOnce(join(proto, 'gen'), contentHash(root, inputs), () =>
    run('buf', ['generate'], {
      what: 'buf generate',
      logFile: setupLog('buf'),
      timeoutMs: 60_000,
      cwd: proto,
      env: projectEnv(process.env),
    }),
  );
  report(made ? `generated in ${seconds(started)}` : 'up to date');
}
