import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchBytes, reasonOf } from './fetch-bytes.mjs';
import { cacheFolder } from './paths.mjs';
import { findProgram } from './programs.mjs';
import { fileInZip } from './zip.mjs';

/** @typedef {Readonly<Record<string, string | undefined>>} Env */

const version = '1.11.4';
/** SHA-256 of the program, not of its archive: so only what is known is run, whoever serves it. @type {Record<string, string>} */
const sums = { 'linux-x64': '268000fca5c61021c6396893d9483007ba589ad9d0aaccbd7dfa8c78bf7dbe23' };

/** What to do when there is no Terraform, in one sentence. */
export const howToGetTerraform =
  'Not found: Terraform 1.11 or newer. Install it (https://developer.hashicorp.com/terraform/install), set TERRAFORM_BIN, or leave its tests out with CANOPY_SKIP_TERRAFORM=1.';

/**
 * Terraform's path: TERRAFORM_BIN, else from the PATH, else what the set-up downloaded; undefined if there is none.
 * @param {Env} env
 */
export function findTerraform(env) {
  return env.TERRAFORM_BIN || findProgram('terraform', env) || existingProgram(cached(env));
}

/** @param {Env} env */
export function terraformLeftOut(env) {
  return env.CANOPY_SKIP_TERRAFORM === '1';
}

/**
 * Sees to it that there is Terraform for the tests. It needs no root: it is one file, which goes into the user's cache. When
 * it can't be had the set-up goes on: the tests that need it say so.
 * @param {Env} env
 * @param {import('./report.mjs').Report} report
 * @param {{ find: (env: Env) => string | undefined, download: (env: Env) => Promise<void> }} [ways]
 */
export async function installTerraform(env, report, ways = { find: findTerraform, download: downloadTerraform }) {
  if (terraformLeftOut(env)) return report('left out');
  if (ways.find(env) !== undefined) return report('found');
  try {
    report(`downloading ${version}`);
    await ways.download(env);
  } catch (error) {
    report(`not downloaded (${reasonOf(error)}). ${howToGetTerraform}`);
  }
}

/** @param {Env} env */
async function downloadTerraform(env) {
  const platform = `${process.platform}-${process.arch}`;
  const sum = sums[platform];
  if (sum === undefined) throw new Error(`none is known for ${platform}`);
  const base = env.TERRAFORM_DOWNLOAD_BASE_URL || 'https://releases.hashicorp.com/terraform';
  const url = `${base}/${version}/terraform_${version}_linux_amd64.zip`;
  putProgram(fileInZip(await fetchBytes(url, { answerMs: 20_000, totalMs: 300_000 }), 'terraform'), sum, cached(env));
}

/**
 * Writes a program that has the sum, at once whole; throws when it has another.
 * @param {Buffer} program
 * @param {string} sum SHA-256, hexadecimal
 * @param {string} path
 */
export function putProgram(program, sum, path) {
  if (createHash('sha256').update(program).digest('hex') !== sum) throw new Error('what was served is not the program');
  mkdirSync(join(path, '..'), { recursive: true });
  const part = `${path}.${process.pid}`;
  writeFileSync(part, program, { mode: 0o755 });
  renameSync(part, path);
}

/** @param {Env} env */
function cached(env) {
  return join(cacheFolder(env), `terraform-${version}`, 'terraform');
}

/**
 * The path, if a program is there.
 * @param {string} path
 */
export function existingProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}
