import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { root, setupLog } from './paths.mjs';
import { everyPercent, SetupError, seconds } from './report.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} LockedPackage */
/** @typedef {{ packages: Record<string, LockedPackage> }} Lockfile */

const wantedNode = 24;

/**
 * Whether everything that package-lock.json asks for is installed. npm notes what it installed in a lockfile of its own,
 * after the last package is in place; optional packages of other platforms are missing there.
 * @param {Lockfile} wanted package-lock.json
 * @param {Lockfile} installed node_modules/.package-lock.json
 */
export function satisfies(installed, wanted) {
  return Object.entries(wanted.packages).every(([path, asked]) => {
    if (path === '' || !path.includes('node_modules/')) return true;
    const found = installed.packages[path];
    if (found === undefined) return asked.optional === true || asked.devOptional === true;
    return found.version === asked.version && found.integrity === asked.integrity;
  });
}

/** @param {import('./report.mjs').Report} report */
export async function installDependencies(report) {
  if (isInstalled() && (bundledNodeMajor() >= wantedNode || ownNodeMajor() >= wantedNode)) return report('up to date');
  const started = performance.now();
  report('installing with npm');
  // "npm ci" refuses a lockfile without the optional packages of other platforms, which npm itself leaves out when the
  // registry it talks to does not offer them. "npm install" keeps to the lockfile too, and --no-save leaves it as it is.
  // Install scripts are on whatever the user's settings: "node" needs its own to fetch the binary. mediasoup's, which
  // may hang in a download, does nothing once it believes that a worker is given; worker/install.mjs sees to that.
  const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts=false'];
  const patience = ['--fetch-timeout=60000', '--fetch-retries=3'];
  const watch = watchInstalling(report);
  await run('npm', ['install', ...flags, ...patience], {
    what: 'npm install',
    logFile: setupLog('npm'),
    timeoutMs: 900_000,
    cwd: root,
    env: { ...process.env, MEDIASOUP_WORKER_BIN: 'none' },
  }).finally(() => clearInterval(watch));
  report(`installed in ${seconds(started)}`);
}

/** npm tells nothing where nobody sits at a terminal: what is unpacked already shows. @param {import('./report.mjs').Report} report */
function watchInstalling(report) {
  const paths = Object.keys(readLockfile(join(root, 'package-lock.json')).packages).filter((path) => path !== '');
  const percent = everyPercent((done) => report(`${done} % of the packages are there`));
  const look = () =>
    percent(paths.filter((path) => existsSync(join(root, path, 'package.json'))).length / paths.length);
  return setInterval(look, 5_000);
}

function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  return existsSync(installed) && satisfies(readLockfile(installed), readLockfile(join(root, 'package-lock.json')));
}

/**
 * @param {string} file
 * @returns {Lockfile}
 */
function readLockfile(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

const bundledNode = join(root, 'node_modules', '.bin', 'node');

function bundledNodeMajor() {
  const { stdout } = spawnSync(bundledNode, ['--version'], { encoding: 'utf8' });
  return Number(/^v(\d+)\./.exec(stdout ?? '')?.[1] ?? 0);
}

function ownNodeMajor() {
  return Number(process.versions.node.split('.')[0]);
}

/** The Node that runs the services: the one of the npm package "node", else this one if it is new enough. */
export function serviceNode() {
  if (bundledNodeMajor() >= wantedNode) return bundledNode;
  if (ownNodeMajor() >= wantedNode) return process.execPath;
  throw new SetupError(
    `Node ${wantedNode} is missing: the npm package "node" could not fetch it (see ${setupLog('npm')}); run "npm rebuild node", or install Node ${wantedNode} yourself.`,
  );
}

/**
 * The environment for programs of the project: its Node and its tools come first.
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function projectEnv(env) {
  return { ...env, PATH: `${join(root, 'node_modules', '.bin')}:${env.PATH ?? ''}` };
}
