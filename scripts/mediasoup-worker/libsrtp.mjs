import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from '../setup/command.mjs';
import { setupLog } from '../setup/paths.mjs';
import { SetupError } from '../setup/report.mjs';

/**
 * Builds libsrtp 2 with OpenSSL in `folder`. The distribution's binary package uses NSS, which costs several times as
 * much per packet; its source package is fetched and verified by apt.
 * @param {string} folder
 * @returns {Promise<string>} the source tree, with libsrtp2.a
 */
export async function prepareLibsrtp(folder) {
  const source = join(folder, 'source');
  mkdirSync(source, { recursive: true });
  await downloadSource(folder);
  const archive = readdirSync(folder).find((name) => /^libsrtp2_.*\.orig\.tar\.\w+$/.test(name));
  if (archive === undefined) throw new SetupError(`apt-get source libsrtp2 gave no archive; see ${logFile}.`);
  await run('tar', ['xf', join(folder, archive), '--strip-components=1'], step('unpacking libsrtp', source));
  await run('./configure', ['--enable-openssl', 'CFLAGS=-O3 -fPIC'], step('configuring libsrtp', source));
  await run('make', [`-j${availableParallelism()}`, 'libsrtp2.a'], step('compiling libsrtp', source));
  // Where an installed libsrtp 2 has its headers: <srtp2/srtp.h>.
  const headers = join(source, 'include', 'srtp2');
  for (const from of ['include', join('crypto', 'include')])
    for (const name of readdirSync(join(source, from)).filter((name) => name.endsWith('.h')))
      cpSync(join(source, from, name), join(headers, name));
  return source;
}

const logFile = setupLog('worker-build');

/**
 * @param {string} what
 * @param {string} cwd
 */
const step = (what, cwd) => ({ what, logFile, timeoutMs: 300_000, cwd });

/**
 * Most machines have no source packages enabled: apt gets lists of its own for this one download, and the machine's
 * settings stay as they are.
 * @param {string} folder
 */
async function downloadSource(folder) {
  const parts = join(folder, 'apt', 'parts');
  const lists = join(folder, 'apt', 'lists');
  mkdirSync(parts, { recursive: true });
  mkdirSync(join(lists, 'partial'), { recursive: true });
  for (const [name, text] of sourceEntries()) writeFileSync(join(parts, name), text);
  const own = ['Dir::Etc::SourceList=/dev/null', `Dir::Etc::SourceParts=${parts}`, `Dir::State::Lists=${lists}`];
  const options = [...own, 'Acquire::http::Timeout=20', 'Acquire::Retries=2'].flatMap((option) => ['-o', option]);
  await run('apt-get', [...options, 'update'], step('apt-get update for source packages', folder));
  await run('apt-get', [...options, 'source', '--download-only', 'libsrtp2'], step('apt-get source libsrtp2', folder));
}

/**
 * The distribution's own sources, in both notations of sources.list(5), asking for source packages.
 * @returns {[string, string][]} file name and text
 */
function sourceEntries() {
  /** @type {[string, string][]} */
  const entries = [];
  for (const name of ['debian.sources', 'ubuntu.sources']) {
    const file = join('/etc/apt/sources.list.d', name);
    if (existsSync(file)) entries.push([name, readFileSync(file, 'utf8').replace(/^Types:.*$/gm, 'Types: deb-src')]);
  }
  const oneLine = '/etc/apt/sources.list';
  if (existsSync(oneLine)) {
    const lines = readFileSync(oneLine, 'utf8').split('\n');
    const sources = lines.filter((line) => /^deb\s/.test(line)).map((line) => line.replace(/^deb\s/, 'deb-src '));
    entries.push(['distribution.list', sources.join('\n')]);
  }
  return entries;
}
