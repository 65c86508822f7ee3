import { aptInstall, canInstall, isRoot } from './apt.mjs';
import { findChromium, findFakeTime, findFirefox, findFonts, findPostgres, findProgram } from './programs.mjs';
import { SetupError } from './report.mjs';

/** @typedef {Readonly<Record<string, string | undefined>>} Env */

/**
 * A program that comes from outside npm.
 * @typedef {object} Need
 * @property {string} name
 * @property {string} [variable] environment variable that makes it unnecessary, or names it
 * @property {string} debianPackage or several, with spaces between them
 * @property {(env: Env) => string | undefined} find
 * @property {string} [advice] where the package is not to be had
 */

/** @type {(Need & { variable: string })[]} */
export const serviceNeeds = [
  { name: 'PostgreSQL', variable: 'DATABASE_URL', debianPackage: 'postgresql', find: findPostgres },
  {
    name: 'Redis',
    variable: 'REDIS_URL',
    debianPackage: 'redis-server',
    find: (env) => findProgram('redis-server', env) ?? findProgram('valkey-server', env),
  },
  { name: 'NATS', variable: 'NATS_URL', debianPackage: 'nats-server', find: (env) => findProgram('nats-server', env) },
];

/** Tests run it themselves, by its name. @type {Need} */
const ffmpegOfTests = { name: 'ffmpeg', debianPackage: 'ffmpeg', find: (env) => findProgram('ffmpeg', env) };

/** Without it a mesh records nothing. @type {Need} */
export const ffmpegNeed = { ...ffmpegOfTests, variable: 'EDGE_FFMPEG' };

/** @type {Need} */
export const chromiumNeed = {
  name: 'Chromium',
  variable: 'CHROMIUM_BIN',
  debianPackage: 'chromium',
  find: findChromium,
  advice:
    'Ubuntu has no such package, only a snap, which does not run in containers: install Google Chrome there (https://dl.google.com/linux/direct/google-chrome-stable_current_amd64.deb).',
};

/** A second browser, for the tests that meet in it. @type {Need} */
export const firefoxNeed = {
  name: 'Firefox',
  variable: 'FIREFOX_BIN',
  debianPackage: 'firefox-esr',
  find: findFirefox,
  advice:
    'Ubuntu has no such package, only a snap, which does not run in containers: install Mozilla’s own there (https://support.mozilla.org/kb/install-firefox-linux).',
};

/** Shifts the clock of a process, for tests. @type {Need} */
const fakeTimeNeed = {
  name: 'libfaketime',
  variable: 'FAKETIME_LIB',
  debianPackage: 'libfaketime',
  find: findFakeTime,
};

/** Reads JSON in the scripts of hosts, which tests run. @type {Need} */
const jqNeed = {
  name: 'jq',
  variable: 'CANOPY_SKIP_TERRAFORM',
  debianPackage: 'jq',
  find: (env) => findProgram('jq', env),
};

/** Makes certificates in scripts of hosts, which tests run. @type {Need} */
const opensslNeed = { name: 'OpenSSL', debianPackage: 'openssl', find: (env) => findProgram('openssl', env) };

/** For the emulated WAN, which only root may have. @type {Need} */
const compilerNeed = {
  name: 'a C compiler',
  variable: 'CANOPY_SKIP_ROOT',
  debianPackage: 'g++',
  find: (env) => env.CC || findProgram('cc', env),
};

/** What tests run besides services and browsers. */
export const toolsOfTests = [ffmpegOfTests, fakeTimeNeed, jqNeed, opensslNeed, ...(isRoot() ? [compilerNeed] : [])];

/** What tests write names with that our own font has nothing of. @type {Need} */
export const fontsNeed = {
  name: 'fonts for Han, Devanagari and Thai',
  variable: 'CANOPY_SKIP_FONTS',
  debianPackage: 'fontconfig fonts-droid-fallback fonts-lohit-deva fonts-tlwg-garuda-ttf',
  find: () => findFonts('王कส'),
};

/** Keeps metrics, and checks rules and their tests (promtool comes with it). @type {Need} */
export const prometheusNeed = {
  name: 'Prometheus',
  variable: 'CANOPY_SKIP_PROMETHEUS',
  debianPackage: 'prometheus',
  find: (env) => findProgram('promtool', env) && findProgram('prometheus', env),
};

/** coturn, beside the edges of meshes that have TURN servers. @type {Need} */
export const turnNeed = {
  name: 'coturn',
  variable: 'CANOPY_SKIP_TURN',
  debianPackage: 'coturn',
  find: (env) => findProgram('turnserver', env),
};

/**
 * Those that are neither on the machine nor given by the environment.
 * @param {Need[]} needs
 * @param {Env} env
 */
export function unmet(needs, env) {
  return needs.filter((need) => !isGiven(need, env) && need.find(env) === undefined);
}

/** @param {Need} need @param {Env} env */
function isGiven({ variable }, env) {
  return variable !== undefined && Boolean(env[variable]);
}

/**
 * Throws a SetupError that tells all that is missing.
 * @param {Need[]} needs
 * @param {Env} env
 */
export function requirePrograms(needs, env) {
  const missing = unmet(needs, env);
  if (missing.length > 0) throw new SetupError(howToInstall(missing));
}

/**
 * @param {Need[]} needs
 * @param {Env} env
 * @param {import('./report.mjs').Report} report
 */
export async function installPrograms(needs, env, report) {
  const missing = unmet(needs, env);
  if (missing.length > 0) {
    if (!canInstall()) throw new SetupError(howToInstall(missing));
    const packages = missing.flatMap((need) => need.debianPackage.split(' '));
    await aptInstall(packages, report).catch((error) => {
      if (!(error instanceof SetupError)) throw error;
      throw new SetupError(`${error.message} ${howToInstall(missing)}`);
    });
    requirePrograms(needs, env);
  }
  report(needs.map((need) => `${need.name} ${isGiven(need, env) ? `from ${need.variable}` : 'found'}`).join(', '));
}

/**
 * Sees to it that there is what not everything needs; where it can't be had the set-up goes on, and says what that means.
 * @param {Need} need
 * @param {Env} env
 * @param {import('./report.mjs').Report} report
 * @param {string} [without]
 */
export async function installIfPossible(need, env, report, without = 'its tests are left out') {
  if (isGiven(need, env)) return report(`as ${need.variable} says`);
  try {
    await installPrograms([need], env, report);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    report(`${error.message} Without it, ${without}.`);
  }
}

/** Whether tests in Firefox are left out; says so. @param {Env} env */
export function firefoxLeftOut(env) {
  const leftOut = firefoxNeed.find(env) === undefined;
  if (leftOut) console.warn(`no Firefox, and no ${firefoxNeed.variable}: tests in it are left out`);
  return leftOut;
}

/** Whether tests that need coturn are left out; says so. @param {Env} env */
export function turnLeftOut(env) {
  const leftOut = isGiven(turnNeed, env) || turnNeed.find(env) === undefined;
  if (leftOut) console.warn(`no coturn, or ${turnNeed.variable}=1: tests of TURN are left out`);
  return leftOut;
}

/** Whether tests that need fonts of the host are left out; says so. @param {Env} env */
export function fontsLeftOut(env) {
  const leftOut = isGiven(fontsNeed, env) || fontsNeed.find(env) === undefined;
  if (leftOut)
    console.warn(`no ${fontsNeed.name}, or ${fontsNeed.variable}=1: tests that write with them are left out`);
  return leftOut;
}

/**
 * Whether tests that need services of their own are left out, those that halt and kill them above all: they can't be started
 * where they are not installed, and whoever is at the URL that stands in for them is left in peace. Says so.
 * @param {string[]} names of services
 * @param {Env} env
 */
export function ownServicesLeftOut(names, env) {
  const missing = serviceNeeds.filter(({ name, find }) => names.includes(name) && find(env) === undefined);
  if (missing.length === 0) return false;
  console.warn(
    `not installed: ${missing.map(({ name }) => name).join(', ')}: tests that need one of their own are left out`,
  );
  return true;
}

/** @param {Need[]} missing */
export function howToInstall(missing) {
  const names = missing.map((need) => need.name).join(', ');
  const packages = missing.map((need) => need.debianPackage).join(' ');
  const variables = missing.flatMap((need) => need.variable ?? []).join(', ');
  const instead = variables === '' ? '' : `, or set ${variables}`;
  const what = `Not found: ${names}. Install them (Debian, Ubuntu: sudo apt-get install ${packages})${instead}.`;
  return [what, ...missing.flatMap(({ advice }) => advice ?? [])].join(' ');
}
