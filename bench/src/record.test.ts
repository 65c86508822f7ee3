import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BenchError } from './bench.ts';
import { requireCommitted } from './record.ts';

let tree: string;

beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), 'canopy-record-'));
  await mkdir(join(tree, 'bench/results'), { recursive: true });
  await mkdir(join(tree, 'edge-node'));
  for (const file of ['bench/results/plan.json', 'edge-node/main.ts', 'edge-node/worker.ts'])
    await write(file, 'first');
});

afterEach(() => rm(tree, { recursive: true }));

function write(file: string, text: string): Promise<void> {
  return writeFile(join(tree, file), text);
}

function commitAll(): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: tree, stdio: 'ignore' });
  git('init');
  git('add', '.');
  git('-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '--no-gpg-sign', '-m', 'first');
}

test('results are saved of what is committed, other results aside', async () => {
  commitAll();
  requireCommitted(join(tree, 'bench'));
  await write('bench/results/plan.json', 'second');
  requireCommitted(join(tree, 'bench'));
});

test('results of changed files are not saved unasked, wherever in the tree those are', async () => {
  commitAll();
  await write('edge-node/main.ts', 'second');
  await write('edge-node/worker.ts', 'second');
  expect(() => requireCommitted(join(tree, 'bench'))).toThrow(BenchError);
  expect(() => requireCommitted(join(tree, 'bench'))).toThrow('edge-node/main.ts and 1 more changed');
});

test('without git there is nothing to differ from', () => {
  requireCommitted(tree);
});
