import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { serviceNode } from './dependencies.mjs';

/** @typedef {Readonly<Record<string, string | undefined>>} Env */

/** @typedef {{ answerMs: number, totalMs: number }} Patience for the first byte, and for all of them */

const program = fileURLToPath(import.meta.url);

/**
 * What is at the URL, through the proxy that the environment names, if any: HTTPS_PROXY, HTTP_PROXY, but for NO_PROXY.
 * @param {string} url
 * @param {Patience} patience
 * @param {Env} [env]
 * @returns {Promise<Buffer>}
 */
export function fetchBytes(url, patience, env = process.env) {
  const hasProxy = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((name) => Boolean(env[name]));
  return hasProxy ? fetchThroughProxy(url, patience, env) : fetchDirectly(url, patience);
}

/**
 * Node heeds proxies from version 24 on, and only when it is told so at its start.
 * @param {string} url
 * @param {Patience} patience
 * @param {Env} env
 * @returns {Promise<Buffer>}
 */
function fetchThroughProxy(url, patience, env) {
  const args = [program, url, JSON.stringify(patience)];
  const options = /** @type {const} */ ({
    env: { ...env, NODE_USE_ENV_PROXY: '1' },
    encoding: 'buffer',
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  return new Promise((resolve, reject) => {
    execFile(serviceNode(), args, options, (error, bytes, said) => {
      if (error === null) resolve(bytes);
      else reject(new Error(said.toString().trim() || error.message));
    });
  });
}

/**
 * @param {string} url
 * @param {Patience} patience
 */
async function fetchDirectly(url, patience) {
  const answered = new AbortController();
  const timer = setTimeout(() => answered.abort(new Error('no answer')), patience.answerMs);
  const signal = AbortSignal.any([answered.signal, AbortSignal.timeout(patience.totalMs)]);
  const response = await fetch(url, { signal }).finally(() => clearTimeout(timer));
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** @param {unknown} error */
export function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

// node fetch-bytes.mjs URL PATIENCE: what is there, on standard output.
if (process.argv[1] === program) {
  const [url = '', patience = '{}'] = process.argv.slice(2);
  try {
    process.stdout.write(await fetchDirectly(url, JSON.parse(patience)));
  } catch (error) {
    process.stderr.write(reasonOf(error));
    process.exitCode = 1;
  }
}
