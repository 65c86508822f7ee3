import { release } from 'node:os';

/** @typedef {{ os: string, arch: string, libc: string, kernelMajor: string }} Platform */

/** @returns {Platform} */
export function thisPlatform() {
  return { os: process.platform, arch: process.arch, libc: libc(), kernelMajor: release().split('.')[0] ?? '' };
}

function libc() {
  if (process.platform !== 'linux') return 'system';
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header.glibcVersionRuntime === undefined ? 'musl' : `glibc${report.header.glibcVersionRuntime}`;
}

/**
 * The name of mediasoup's prebuilt archive for a platform, as its npm-scripts.mjs forms it.
 * @param {string} version of mediasoup
 * @param {Platform} platform
 */
export function prebuiltName(version, platform) {
  const kernel = platform.os === 'linux' ? `-kernel${platform.kernelMajor}` : '';
  return `mediasoup-worker-${version}-${platform.os}-${platform.arch}${kernel}.tgz`;
}

/**
 * Under what a worker is kept in the cache: it fits one mediasoup version, one platform and one state of the recipe.
 * @param {string} version of mediasoup
 * @param {Platform} platform
 * @param {string} recipeHash
 */
export function cacheKey(version, platform, recipeHash) {
  return `${version}-${platform.os}-${platform.arch}-${platform.libc}-${recipeHash.slice(0, 12)}`;
}
