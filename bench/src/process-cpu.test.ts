import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { cpuMs, residentBytes } from './process-cpu.ts';

/** A shell whose child works for 300 ms, however long that takes, then tells so and waits. */
const worker = `node -e "while (process.cpuUsage().user < 300_000); console.log('done'); setInterval(() => {}, 1000)" & wait`;

test('counts what a process and its children worked, and no more', async () => {
  const shell = spawn('sh', ['-c', worker], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  try {
    await once(shell.stdout, 'data');
    const used = cpuMs([shell.pid ?? 0]);
    expect(used).toBeGreaterThan(50);
    expect(used).toBeLessThan(5_000);
  } finally {
    process.kill(-(shell.pid ?? 0), 'SIGKILL');
  }
});

test('counts nothing for processes that are gone', () => {
  expect(cpuMs([2 ** 30])).toBe(0);
});

test('counts the memory of a process and its children', async () => {
  const shell = spawn('sh', ['-c', 'sleep 60 & echo started; wait'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  try {
    await once(shell.stdout, 'data');
    expect(residentBytes([shell.pid ?? 0])).toBeGreaterThan(500_000);
    expect(residentBytes([2 ** 30])).toBe(0);
  } finally {
    process.kill(-(shell.pid ?? 0), 'SIGKILL');
  }
});
