import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { defaultLimitS, nameOf, type Run } from './runs.ts';

/** What became of a run. */
export interface Outcome {
  name: string;
  bench: string;
  /** Those that were given. */
  options: Readonly<Record<string, string>>;
  seconds: number;
  /** Undefined where it failed. */
  result?: object;
  failure?: string;
}

const program = fileURLToPath(new URL('../main.ts', import.meta.url));
/** Between asking a bench to end and ending it: a mesh has processes to stop. */
const graceMs = 10_000;

/** Runs a bench in a process of its own, at most so long. Never rejects for what the bench does. */
export async function runBench(run: Run, atMostS: number): Promise<Outcome> {
  const { bench, argument, options = {}, limitS = defaultLimitS } = run;
  const seconds = Math.min(limitS, atMostS);
  const given = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
  const words = argument === undefined ? given : [argument, ...given];
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, bench, ...words, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [ending, output] = await Promise.all([ended(child, seconds), text(child.stdout)]);
  const outcome = { name: nameOf(run), bench, options, seconds: Math.round((performance.now() - startedAt) / 1_000) };
  return ending === undefined ? { ...outcome, result: JSON.parse(output) } : { ...outcome, failure: ending };
}

/** Why it did not end well; undefined: it did. */
async function ended(child: ChildProcess, seconds: number): Promise<string | undefined> {
  let late = false;
  const timers = [
    setTimeout(() => {
      late = true;
      child.kill('SIGTERM');
    }, seconds * 1_000),
    setTimeout(() => child.kill('SIGKILL'), seconds * 1_000 + graceMs),
  ];
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (late) return `It was not done after ${seconds} s.`;
    if (code === 0) return undefined;
    return signal === null ? `It ended with code ${code}.` : `It was ended by ${signal}.`;
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}
