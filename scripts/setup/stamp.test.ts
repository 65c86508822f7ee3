import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contentHash, makeOnce } from './stamp.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'canopy-stamp-'));
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src', 'one.ts'), '1');
});

afterEach(() => rmSync(folder, { recursive: true }));

const hash = () => contentHash(folder, [join(folder, 'src'), join(folder, 'missing')]);

test('the hash follows contents and names', () => {
  const first = hash();
  expect(hash()).toBe(first);
  writeFileSync(join(folder, 'src', 'one.ts'), '2');
  const second = hash();
  expect(second).not.toBe(first);
  writeFileSync(join(folder, 'src', 'two.ts'), '');
  expect(hash()).not.toBe(second);
});

test('what is generated below a folder does not change its hash', () => {
  const first = hash();
  mkdirSync(join(folder, 'src', 'dist'));
  writeFileSync(join(folder, 'src', 'dist', 'bundle.js'), '');
  expect(hash()).toBe(first);
});

test('an output is made once for an input, and again when it is gone or the input changed', async () => {
  const output = join(folder, 'output');
  const make = async () => {
    mkdirSync(output, { recursive: true });
  };
  expect(await makeOnce(output, 'a', make)).toBe(true);
  expect(await makeOnce(output, 'a', make)).toBe(false);
  expect(await makeOnce(output, 'b', make)).toBe(true);
  rmSync(output, { recursive: true });
  expect(await makeOnce(output, 'b', make)).toBe(true);
});

test('an output that could not be made is tried again', async () => {
  const output = join(folder, 'output');
  await expect(makeOnce(output, 'a', () => Promise.reject(new Error('no space')))).rejects.toThrow('no space');
  expect(await makeOnce(output, 'a', async () => mkdirSync(output))).toBe(true);
});
