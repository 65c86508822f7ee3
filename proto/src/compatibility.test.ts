import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const proto = join(import.meta.dirname, '..');
const run = promisify(execFile);

/** What in a folder of wire types the version before would misread. */
async function breaksIn(folder: string): Promise<string> {
  const against = join(proto, 'previous.binpb');
  try {
    await run('buf', ['breaking', folder, '--against', against], {
      cwd: proto,
      env: { ...process.env, PATH: `${join(proto, '..', 'node_modules', '.bin')}:${process.env.PATH}` },
    });
    return '';
  } catch (error) {
    return String((error as { stdout?: string }).stdout);
  }
}

/** A copy of the wire types in which a file reads differently. */
async function changed(file: string, from: string, to: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'canopy-proto-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const part of ['buf.yaml', 'canopy']) await cp(join(proto, part), join(folder, part), { recursive: true });
  const path = join(folder, 'canopy', 'v1', file);
  const text = await readFile(path, 'utf8');
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
  return folder;
}

test('the version before reads everything that is sent now: no field changed its number or its type', async () => {
  expect(await breaksIn(proto)).toBe('');
});

test.each([
  ['another number', 'string boot_id = 3;', 'string boot_id = 30;', 'field "3"'],
  ['another type', 'uint32 sessions = 10;', 'string sessions = 10;', 'Field "10"'],
  ['another name in JSON', 'double load = 9;', 'double strain = 9;', 'Field "9"'],
])('a field with %s would be noticed', async (_, from, to, complaint) => {
  expect(await breaksIn(await changed('bus.proto', from, to))).toContain(complaint);
});
