import { spawn } from 'node:child_process';
import { projectEnv } from './dependencies.mjs';
import { root } from './paths.mjs';

/** @type {NodeJS.Signals[]} */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program in the foreground until it ends, and sees to it that it ends: signals are passed on, and an IPC channel
 * tells it when this process is gone, however that came about.
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
export async function runProgram(program, args) {
  const child = spawn(program, args, {
    cwd: root,
    env: projectEnv(process.env),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const passOn = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, passOn);
  const watch = watchParent(() => child.disconnect());
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, passOn);
  }
}

/**
 * npm that is killed takes nobody with it. Its death shows only in a new parent; the scripts of package.json begin with
 * "exec", so that npm is the parent and no shell.
 * @param {() => void} onGone
 */
function watchParent(onGone) {
  const parent = process.ppid;
  return setInterval(() => {
    if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) onGone();
  }, 500);
}
