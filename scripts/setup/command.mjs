import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { SetupError } from './report.mjs';

/**
 * @typedef {object} CommandOptions
 * @property {string} what what the command does, for the sentence when it fails: "npm ci"
 * @property {string} logFile its output is appended there
 * @property {number} timeoutMs
 * @property {string} [cwd]
 * @property {Readonly<Record<string, string | undefined>>} [env]
 * @property {(line: string) => void} [onLine] sees each line of its standard output
 */

/** @type {Set<number>} */
const running = new Set();
process.on('exit', () => {
  for (const pid of running) killGroup(pid);
});

/**
 * Runs a program to its end. It has a process group of its own, so that a timeout or a signal also ends what it started.
 * @param {string} program
 * @param {string[]} args
 * @param {CommandOptions} options
 * @returns {Promise<void>} rejects with a SetupError
 */
export async function run(program, args, options) {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = createWriteStream(options.logFile, { flags: 'a' });
  log.write(`$ ${program} ${args.join(' ')}\n`);
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: options.cwd,
    env: options.env ?? process.env,
  });
  const pid = child.pid;
  if (pid !== undefined) running.add(pid);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  if (options.onLine !== undefined) createInterface(child.stdout).on('line', options.onLine);

  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    if (pid !== undefined) killGroup(pid);
  }, options.timeoutMs);
  try {
    await new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new SetupError(`${options.what} cannot run: ${error.message}.`)));
      log.once('error', (error) => {
        if (pid !== undefined) killGroup(pid);
        reject(new SetupError(`The output of ${options.what} can't be written: ${error.message}.`));
      });
      child.once('close', (code, signal) => {
        if (code === 0) return resolve(undefined);
        const reason = timedOut ? `took longer than ${options.timeoutMs / 1000} s` : `failed (${signal ?? code})`;
        reject(new SetupError(`${options.what} ${reason}; its output is in ${options.logFile}.`));
      });
    });
  } finally {
    clearTimeout(timer);
    if (pid !== undefined) running.delete(pid);
    log.end();
  }
}

/** @type {[NodeJS.Signals, number][]} */
const endingSignals = [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
];

/** While `work` goes on, a signal that ends this process also ends the commands it runs. @param {() => Promise<void>} work */
export async function endingCommandsOnSignal(work) {
  const listeners = endingSignals.map(([signal, code]) => {
    const end = () => process.exit(code);
    process.on(signal, end);
    return { signal, end };
  });
  try {
    await work();
  } finally {
    for (const { signal, end } of listeners) process.off(signal, end);
  }
}

/** @param {number} pid */
function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
