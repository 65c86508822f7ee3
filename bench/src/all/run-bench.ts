import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ProcessGroup } from './process-group.ts';
import { defaultLimitS, nameOf, type Run } from './runs.ts';

/** What became of a run. */
export interface Outcome {
  name: string;
  /** Those that were given. */
  options: Readonly<Record<string, string>>;
  seconds: number;
  /** Undefined where it failed. */
  result?: object;
  failure?: string;
}

const program = fileURLToPath(new URL('../main.ts', import.meta.url));
/** Between asking a bench to end and ending it. */
const graceMs = 5_000;

/** Runs a bench in a process of its own, at most so long. Never rejects for what the bench does. */
export async function runBench(run: Run, atMostS: number): Promise<Outcome> {
  const { bench, argument, options = {}, limitS = defaultLimitS } = run;
  const seconds = Math.min(limitS, Math.ceil(atMostS));
  const given = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
  const words = argument === undefined ? given : [argument, ...given];
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, bench, ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  using group = new ProcessGroup(child);
  let late = false;
  const timers = [
    setTimeout(() => {
      late = true;
      group.signal('SIGTERM');
    }, seconds * 1_000),
    setTimeout(() => group.signal('SIGKILL'), seconds * 1_000 + graceMs),
  ];
  const [ending, output] = await Promise.all([once(child, 'close') as Promise<Ending>, text(child.stdout)]);
  for (const timer of timers) clearTimeout(timer);
  const outcome = { name: nameOf(run), options, seconds: Math.round((performance.now() - startedAt) / 1_000) };
  const failure = late ? `It was not done after ${seconds} s.` : failureOf(ending);
  return failure === undefined ? { ...outcome, result: JSON.parse(output) } : { ...outcome, failure };
}

type Ending = [code: number | null, signal: NodeJS.Signals | null];

function failureOf([code, signal]: Ending): string | undefined {
  if (code === 0) return undefined;
  return signal === null ? `It ended with code ${code}.` : `It was ended by ${signal}.`;
}
