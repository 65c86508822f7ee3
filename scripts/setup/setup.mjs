import { endingCommandsOnSignal } from './command.mjs';
import { installDependencies, serviceNode } from './dependencies.mjs';
import { generateWireTypes } from './generated.mjs';
import { installHelm } from './helm.mjs';
import { SetupError } from './report.mjs';
import {
  chromiumNeed,
  fakeTimeNeed,
  installIfPossible,
  installPrograms,
  jqNeed,
  prometheusNeed,
  serviceNeeds,
  turnNeed,
} from './services.mjs';
import { installTerraform } from './terraform.mjs';
import { buildWeb } from './web.mjs';
import { installWorker } from './worker/install.mjs';

/** @typedef {(report: import('./report.mjs').Report) => Promise<void> | void} Step */
/** @typedef {'code' | 'mesh' | 'browser'} Purpose `code`: check and unit-test it; `mesh`: also run it; `browser`: also drive it with Chromium. */

/** @type {Record<string, Step>} */
const code = {
  dependencies: installDependencies,
  'wire types': generateWireTypes,
  'mediasoup-worker': (report) => installWorker(process.env, report),
};
/** @type {Record<string, Step>} */
const mesh = {
  ...code,
  services: (report) => installPrograms(serviceNeeds, process.env, report),
  'web app': buildWeb,
};
/** @type {Record<Purpose, Record<string, Step>>} */
const stepsFor = {
  code,
  mesh,
  browser: {
    ...mesh,
    browser: (report) => installPrograms([chromiumNeed, fakeTimeNeed, jqNeed], process.env, report),
    Prometheus: (report) => installIfPossible(prometheusNeed, process.env, report),
    TURN: (report) => installIfPossible(turnNeed, process.env, report),
    terraform: (report) => installTerraform(process.env, report),
    helm: (report) => installHelm(process.env, report),
  },
};

/**
 * Brings a fresh clone to where the purpose needs it; quick when nothing is to be done. Progress goes to standard error.
 * @param {Purpose} purpose
 * @returns {Promise<string>} the Node to run the project's programs with
 */
export async function setUp(purpose) {
  await endingCommandsOnSignal(async () => {
    for (const [name, step] of Object.entries(stepsFor[purpose]))
      await step((text) => process.stderr.write(`${name}: ${text}\n`));
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
  if (text === 'code' || text === 'mesh' || text === 'browser') return text;
  throw new SetupError(`Set up for what? code, mesh or browser, not "${text}".`);
}
