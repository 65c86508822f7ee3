import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findTerraform, howToGetTerraform, installTerraform, putProgram } from './terraform.mjs';
import { fileInZip } from './zip.mjs';

// An archive of the file "terraform" with the text "a program, a program, a program\n", deflated.
const archive = Buffer.from(
  'UEsDBBQAAAAIAPEMel14MIEqEQAAACAAAAAJAAAAdGVycmFmb3JtS1QoKMpPL0rM1VFIxMLkAgBQSwECFAMUAAAACADxDHpdeDCBKhEAAAAgAAAACQAAAAAAAAAAAAAApIEAAAAAdGVycmFmb3JtUEsFBgAAAAABAAEANwAAADgAAAAAAA==',
  'base64',
);

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-terraform-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a file is taken out of an archive', () => {
  expect(fileInZip(archive, 'terraform').toString()).toBe('a program, a program, a program\n');
  expect(() => fileInZip(archive, 'tofu')).toThrow('no tofu in the archive');
  expect(() => fileInZip(Buffer.alloc(100), 'terraform')).toThrow('not a ZIP archive');
});

test('only the program that is known is put where it is run from', () => {
  const path = join(scratch(), 'deep', 'terraform');
  const program = Buffer.from('#!/bin/sh\n');
  const sum = createHash('sha256').update(program).digest('hex');
  expect(() => putProgram(Buffer.from('#!/bin/bash\n'), sum, path)).toThrow('is not the program');
  expect(existsSync(path)).toBe(false);
  putProgram(program, sum, path);
  expect(readFileSync(path, 'utf8')).toBe('#!/bin/sh\n');
  expect(statSync(path).mode & 0o111).toBe(0o111);
});

test('TERRAFORM_BIN goes before what is installed', () => {
  expect(findTerraform({ TERRAFORM_BIN: '/opt/terraform', PATH: '/usr/bin' })).toBe('/opt/terraform');
});

test('what can be had neither way is told in one sentence, and the set-up goes on', async () => {
  const told: string[] = [];
  const ways = { find: () => undefined, download: () => Promise.reject(new Error('no network')) };
  await installTerraform({}, (text) => told.push(text), ways);
  expect(told.at(-1)).toBe(`not downloaded (no network). ${howToGetTerraform}`);
});

test('it is left out when asked to be', async () => {
  const told: string[] = [];
  await installTerraform({ CANOPY_SKIP_TERRAFORM: '1' }, (text) => told.push(text));
  expect(told).toEqual(['left out']);
});
