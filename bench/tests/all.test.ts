import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runBench } from '../src/all/run-bench.ts';
import { run as all } from '../src/commands/all.ts';
import { run as reportSaved } from '../src/commands/report.ts';

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'canopy-report-'));
});

afterAll(() => rm(folder, { recursive: true }));

test('whoever asks what there is, or has something computed, waits for no set-up', () => {
  for (const words of [[], ['join', '--help'], ['plan']]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.length).toBeGreaterThan(100);
  }
});

test('benches run in processes of their own, and a report tells of them, with all figures beside it', async () => {
  const report = join(folder, 'all.html');
  const result = await all({ only: 'plan', report });
  expect(result.outcomes).toMatchObject([{ name: 'plan', result: expect.anything() }]);
  expect(JSON.parse(await readFile(join(folder, 'all.report.json'), 'utf8'))).toEqual(result);
  const page = await readFile(report, 'utf8');
  expect(page).toContain('<article id="plan">');
  expect(page).toContain('Cost of a cascade, as a share of a star');
  expect(page).toContain('<svg');
});

test('a bench that fails is told, and so is one that takes too long', async () => {
  expect(await runBench({ bench: 'plan', options: { origin: 'nowhere' } }, 60)).toMatchObject({
    name: 'plan',
    failure: 'It ended with code 1.',
  });
  const late = await runBench({ bench: 'simulate', argument: 'world-webinar-100k', limitS: 1 }, 60);
  expect(late).toMatchObject({ name: 'simulate-world-webinar-100k', failure: 'It was not done after 1 s.' });
  expect(late).not.toHaveProperty('result');
});

test('what is saved can be reported at any time', async () => {
  const report = join(folder, 'saved.html');
  const { benches } = await reportSaved({ report });
  const page = await readFile(report, 'utf8');
  for (const bench of benches) expect(page).toContain(`<article id="${bench}">`);
  expect(page).not.toMatch(/NaN|undefined/);
});
