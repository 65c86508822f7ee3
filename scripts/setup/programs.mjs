import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Beside PATH: where Debian puts servers, which are not on the PATH of every user. */
const serverFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * The program's path, or undefined if it is not on this machine.
 * @param {string} name
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function findProgram(name, env) {
  const folders = [...(env.PATH ?? '').split(delimiter), ...serverFolders];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/**
 * The folder with PostgreSQL's initdb and postgres: Debian's newest version, else from the PATH.
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function findPostgres(env) {
  const debian = postgresVersions('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin`);
  const fromPath = findProgram('initdb', env);
  const folders = fromPath === undefined ? debian : [...debian, join(fromPath, '..')];
  return folders.find((folder) => isExecutable(join(folder, 'initdb')) && isExecutable(join(folder, 'postgres')));
}

/**
 * @param {string} folder
 * @returns {number[]} newest first
 */
function postgresVersions(folder) {
  try {
    return readdirSync(folder)
      .map(Number)
      .filter(Number.isInteger)
      .sort((one, other) => other - one);
  } catch {
    return []; // No such folder: no Debian package is installed.
  }
}

const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

const chromiumSnap = '/snap/bin/chromium';

const firefoxSnap = '/snap/bin/firefox';

/**
 * Whether a program is what Ubuntu has in a browser's place: a script that starts the snap, where that is installed.
 * @param {string} path
 * @param {string} snap which it starts
 * @param {string} at where that would be
 */
function isEmptyStandIn(path, snap, at) {
  return !existsSync(at) && statSync(path).size < 65_536 && readFileSync(path).includes(snap);
}

/**
 * Chromium or Chrome: CHROMIUM_BIN, else what is installed.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {string} [snap] where it would be
 */
export function findChromium(env, snap = chromiumSnap) {
  if (env.CHROMIUM_BIN) return env.CHROMIUM_BIN;
  const installed = chromiumNames
    .map((name) => findProgram(name, env))
    .find((path) => path !== undefined && !isEmptyStandIn(path, chromiumSnap, snap));
  const macApp = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  return installed ?? (isExecutable(macApp) ? macApp : undefined);
}

/**
 * Firefox: FIREFOX_BIN, else what is installed.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {string} [snap] where it would be
 */
export function findFirefox(env, snap = firefoxSnap) {
  if (env.FIREFOX_BIN) return env.FIREFOX_BIN;
  const installed = ['firefox-esr', 'firefox']
    .map((name) => findProgram(name, env))
    .find((path) => path !== undefined && !isEmptyStandIn(path, firefoxSnap, snap));
  const macApp = '/Applications/Firefox.app/Contents/MacOS/firefox';
  return installed ?? (isExecutable(macApp) ? macApp : undefined);
}

/**
 * The library that shifts the clock of a process: FAKETIME_LIB, else where Debian and Fedora put it.
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function findFakeTime(env) {
  if (env.FAKETIME_LIB) return env.FAKETIME_LIB;
  const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];
  return folders.map((folder) => join(folder, 'faketime', 'libfaketimeMT.so.1')).find((path) => existsSync(path));
}

/**
 * The host's fonts, if fontconfig knows one for each of these characters.
 * @param {string} characters
 */
export function findFonts(characters) {
  const has = (/** @type {string} */ character) => {
    const { stdout } = spawnSync('fc-list', [`:charset=${character.codePointAt(0)?.toString(16)}`], {
      encoding: 'utf8',
    });
    return Boolean(stdout);
  };
  return Array.from(characters).every(has) ? 'fontconfig' : undefined;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
