// Builds mediasoup-worker from the sources inside the mediasoup npm package with what Debian and Ubuntu package, for
// machines that cannot reach mediasoup's downloads or whose platform has none. About 10 minutes on two cores.
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aptInstall, hasApt } from '../setup/apt.mjs';
import { run } from '../setup/command.mjs';
import { setupLog } from '../setup/paths.mjs';
import { everyPercent, SetupError } from '../setup/report.mjs';
import { prepareLibsrtp } from './libsrtp.mjs';
import { ninjaProgress } from './ninja-progress.mjs';

const recipe = dirname(fileURLToPath(import.meta.url));

/** What the build needs of Debian (12 or newer) or Ubuntu (22.04 or newer). */
const packages = [
  'g++',
  'make',
  'cmake',
  'ninja-build',
  'pkg-config',
  'libuv1-dev',
  'libssl-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
];

/**
 * @param {string} workerSources the package's worker/ folder
 * @param {string} work a folder for all that is made, which is there
 * @param {import('../setup/report.mjs').Report} report
 * @returns {Promise<string>} the binary
 */
export async function buildWorker(workerSources, work, report) {
  if (!hasApt()) throw new SetupError('It is built from packages of Debian or Ubuntu.');
  await aptInstall(packages, report);
  report('preparing libsrtp');
  const srtp = await prepareLibsrtp(join(work, 'srtp'));
  const headers = join(work, 'headers');
  await generateMessageHeaders(join(workerSources, 'fbs'), join(headers, 'FBS'));
  await compile({ WORKER_DIR: workerSources, FBS_DIR: headers, SRTP_DIR: srtp }, join(work, 'out'), report);
  const binary = join(work, 'mediasoup-worker');
  await run('strip', ['-o', binary, join(work, 'out', 'mediasoup-worker')], step('strip', 60));
  return binary;
}

/**
 * The C++ headers of the messages between worker and Node, in the spelling that the worker's sources include.
 * @param {string} schemas
 * @param {string} output
 */
async function generateMessageHeaders(schemas, output) {
  const files = readdirSync(schemas).filter((name) => name.endsWith('.fbs'));
  const spelling = ['--cpp-field-case-style', 'lower', '--reflect-names', '--scoped-enums', '--filename-suffix', ''];
  await run(
    'flatc',
    ['--cpp', ...spelling, '-o', output, ...files.map((name) => join(schemas, name))],
    step('flatc', 60),
  );
}

/**
 * @param {Record<string, string>} definitions
 * @param {string} output
 * @param {import('../setup/report.mjs').Report} report
 */
async function compile(definitions, output, report) {
  const defined = Object.entries(definitions).map(([name, value]) => `-D${name}=${value}`);
  await run(
    'cmake',
    ['-G', 'Ninja', '-S', recipe, '-B', output, '-DCMAKE_BUILD_TYPE=Release', ...defined],
    step('cmake', 120),
  );
  const percent = everyPercent((done) => report(`compiling ${done} %`));
  // One compiler takes up to 1 GB: no more of them than cores.
  await run('ninja', ['-C', output, '-j', String(availableParallelism())], {
    ...step('compiling mediasoup-worker', 3600),
    onLine(line) {
      const share = ninjaProgress(line);
      if (share !== undefined) percent(share);
    },
  });
}

/**
 * @param {string} what
 * @param {number} timeoutSeconds
 */
function step(what, timeoutSeconds) {
  return { what, logFile: setupLog('worker-build'), timeoutMs: timeoutSeconds * 1000 };
}
