import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

/** Runs a service, given as source, in a process of its own; an error comes up in it right after it has started. */
async function run(service: string, stopTimeoutMs = 5_000): Promise<{ code: unknown; said: unknown[]; log: string }> {
  const source = `
    import { runService } from ${JSON.stringify(new URL('./process.ts', import.meta.url).href)};
    const say = (what) => console.log('said: ' + what);
    await runService('test', async () => {
      setTimeout(() => { throw new Error('a bug'); });
      return { ${service}, [Symbol.asyncDispose]: async () => say('disposed') };
    }, ${stopTimeoutMs});
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [[code], log] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
  return { code, said: [...log.matchAll(/^said: (.*)$/gm)].map(([, what]) => what), log };
}

test('an error that nobody handled ends a service at once', async () => {
  const { code, said, log } = await run(`drain: async () => say('drained')`);
  expect({ code, said }).toEqual({ code: 1, said: [] });
  expect(log).toContain('a bug');
});

test('one that outlives faults is drained first, for as long as it may take, and fails all the same', async () => {
  const { code, said, log } = await run(`
    drain: (hurry) => new Promise((resolve) => hurry.addEventListener('abort', resolve)),
    faults: { drainMs: 50, count: () => say('counted') }
  `);
  expect({ code, said }).toEqual({ code: 1, said: ['counted', 'disposed'] });
  expect(log).toContain('a bug');
});

test('what else comes up while it drains is counted, logged the first times, and changes nothing', async () => {
  const { code, said, log } = await run(`
    async drain() {
      for (let more = 0; more < 20; more++) void Promise.reject(new Error('another'));
      await new Promise((resolve) => setTimeout(resolve));
      say('drained');
    },
    faults: { drainMs: 60_000, count: () => say('counted') }
  `);
  const counted = Array.from({ length: 21 }, () => 'counted');
  expect({ code, said }).toEqual({ code: 1, said: [...counted, 'drained', 'disposed'] });
  expect(log.match(/an error that nobody handled/g)).toHaveLength(10);
});

test('a drain that does not end when it is told to hurry is cut off', async () => {
  const endless = 'drain: () => new Promise(() => setInterval(() => undefined, 1_000))';
  const { code, said, log } = await run(`${endless}, faults: { drainMs: 50, count: () => say('counted') }`, 100);
  expect({ code, said }).toEqual({ code: 1, said: ['counted'] });
  expect(log).toContain('not drained and stopped after 150 ms');
});
