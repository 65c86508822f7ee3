import { canInstall } from './apt.mjs';
import { endingCommandsOnSignal } from './command.mjs';
import { installDependencies, serviceNode } from './dependencies.mjs';
import { generateWireTypes } from './generated.mjs';
import { installHelm } from './helm.mjs';
import { SetupError } from './report.mjs';
import {
  chromiumNeed,
  ffmpegNeed,
  firefoxNeed,
  fontsNeed,
  installIfPossible,
  installPrograms,
  prometheusNeed,
  requirePrograms,
  serviceNeeds,
  toolsOfTests,
  turnNeed,
} from './services.mjs';
import { installTerraform } from './terraform.mjs';
import { buildWeb } from './web.mjs';
import { installWorker } from './worker/install.mjs';

/** @typedef {(report: import('./report.mjs').Report) => Promise<void> | void} Step */

/**
 * What a clone is set up for, each with all that those before it have: `node`: run what only computes; `code`: check and
 * unit-test it, run single edges; `services`: also run what needs databases and the bus; `mesh`: also show it to people;
 * `browser`: also drive it with Chromium; `test`: run every test.
 */
export const purposes = /** @type {const} */ (['node', 'code', 'services', 'mesh', 'browser', 'test']);

/** @typedef {(typeof purposes)[number]} Purpose */

/** What each purpose can't do without of what comes from outside npm. @type {Partial<Record<Purpose, import('./services.mjs').Need[]>>} */
const needsOf = { services: serviceNeeds, browser: [chromiumNeed], test: toolsOfTests };

/** What each purpose adds. @type {Record<Purpose, Record<string, Step>>} */
const stepsOf = {
  node: {
    dependencies: installDependencies,
    'wire types': generateWireTypes,
  },
  code: {
    'mediasoup-worker': (report) => installWorker(process.env, report),
  },
  services: {
    services: (report) => installPrograms(serviceNeeds, process.env, report),
  },
  mesh: {
    'web app': buildWeb,
    recording: (report) => installIfPossible(ffmpegNeed, process.env, report, 'nothing can be recorded'),
  },
  browser: {
    browser: (report) => installPrograms([chromiumNeed], process.env, report),
  },
  test: {
    'tools of tests': (report) => installPrograms(toolsOfTests, process.env, report),
    Firefox: (report) => installIfPossible(firefoxNeed, process.env, report),
    fonts: (report) => installIfPossible(fontsNeed, process.env, report),
    Prometheus: (report) => installIfPossible(prometheusNeed, process.env, report),
    TURN: (report) => installIfPossible(turnNeed, process.env, report),
    terraform: (report) => installTerraform(process.env, report),
    helm: (report) => installHelm(process.env, report),
  },
};

/**
 * A purpose and those before it, but for what another one has already.
 * @param {Purpose} purpose
 * @param {Purpose} [from]
 */
function purposesTo(purpose, from) {
  const first = from === undefined ? 0 : purposes.indexOf(from) + 1;
  return purposes.slice(first, purposes.indexOf(purpose) + 1);
}

/**
 * The steps that bring a clone to where a purpose needs it, from where another one has it already, by their names.
 * @param {Purpose} purpose
 * @param {Purpose} [from]
 * @returns {[name: string, step: Step][]}
 */
export function stepsTo(purpose, from) {
  return purposesTo(purpose, from).flatMap((each) => Object.entries(stepsOf[each]));
}

/**
 * Tells who can't install programs here all that are missing, before anything takes long.
 * @param {Purpose} purpose
 * @param {Purpose} [from]
 */
function requireWhatCannotBeInstalled(purpose, from) {
  if (canInstall()) return;
  requirePrograms(
    purposesTo(purpose, from).flatMap((each) => needsOf[each] ?? []),
    process.env,
  );
}

/**
 * Brings a fresh clone to where the purpose needs it; quick when nothing is to be done. Progress goes to standard error.
 * @param {Purpose} purpose
 * @param {Purpose} [from] what it is set up for already
 * @returns {Promise<string>} the Node to run the project's programs with
 */
export async function setUp(purpose, from) {
  requireWhatCannotBeInstalled(purpose, from);
  await endingCommandsOnSignal(async () => {
    for (const [name, step] of stepsTo(purpose, from)) await step((text) => process.stderr.write(`${name}: ${text}\n`));
  });
  return serviceNode();
}

/**
 * Runs a script of this folder; what the user can put right is told in one sentence.
 * @param {() => Promise<number>} script returns the exit code
 */
export async function runScript(script) {
  try {
    process.exitCode = await script();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/**
 * @param {string | undefined} text
 * @returns {Purpose}
 */
export function toPurpose(text) {
  const known = purposes.find((purpose) => purpose === text);
  if (known === undefined) throw new SetupError(`Set up for what? ${purposes.join(', ')}, not "${text}".`);
  return known;
}
