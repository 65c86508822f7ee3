import { spawnSync } from 'node:child_process';
import { run } from './command.mjs';
import { setupLog } from './paths.mjs';
import { SetupError } from './report.mjs';

/** Debian, Ubuntu or a relative of theirs. */
export function hasApt() {
  return process.platform === 'linux' && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
}

export function isRoot() {
  return process.getuid?.() === 0;
}

/** Whether what is missing can be installed by the set-up. */
export function canInstall() {
  return hasApt() && isRoot();
}

/**
 * Those of the packages that are not installed.
 * @param {string[]} packages
 */
function missingPackages(packages) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: placeholders of dpkg-query
  const { stdout } = spawnSync('dpkg-query', ['--show', '--showformat=${db:Status-Abbrev}${Package}\\n', ...packages], {
    encoding: 'utf8',
  });
  const installed = new Set(
    (stdout ?? '')
      .split('\n')
      .filter((line) => line.startsWith('ii '))
      .map((line) => line.slice(3)),
  );
  return packages.filter((name) => !installed.has(name));
}

const nonInteractive = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
const patience = ['-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::Retries=2', '-o', 'DPkg::Lock::Timeout=120'];

/**
 * Installs Debian packages; does nothing when all are installed.
 * @param {string[]} packages
 * @param {import('./report.mjs').Report} report
 */
export async function aptInstall(packages, report) {
  const missing = missingPackages(packages);
  if (missing.length === 0) return;
  if (!isRoot()) throw new SetupError(`Install what is missing (sudo apt-get install ${missing.join(' ')}).`);
  report(`installing Debian packages: ${missing.join(' ')}`);
  const options = { logFile: setupLog('apt'), env: nonInteractive };
  // An installation that was interrupted before is in the way of any other.
  await run('dpkg', ['--configure', '-a'], { ...options, what: 'dpkg --configure -a', timeoutMs: 300_000 });
  await run('apt-get', [...patience, 'update'], { ...options, what: 'apt-get update', timeoutMs: 180_000 });
  await run('apt-get', [...patience, 'install', '-y', '--no-install-recommends', ...missing], {
    ...options,
    what: `apt-get install ${missing.join(' ')}`,
    timeoutMs: 900_000,
  });
}
