import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { terraformLeftOut } from '../../scripts/setup/terraform.mjs';
import { readmeOf } from '../src/module-docs.mjs';
import { moduleFolders, readSchema, terraformFolder, usedTypes } from '../src/schema-file.mjs';
import { Terraform } from '../src/terraform.ts';

const folders = moduleFolders();

test.each(folders)('the README of %s tells its inputs and outputs as they are', (folder) => {
  expect(readFileSync(join(terraformFolder, folder, 'README.md'), 'utf8')).toBe(readmeOf(folder));
});

test('the snapshot of the schema has what the modules use, and no more', () => {
  const { resources, data } = readSchema();
  const used = usedTypes();
  expect(Object.keys(resources).sort()).toEqual([...used.resources].sort());
  expect(Object.keys(data).sort()).toEqual([...used.data].sort());
});

describe.skipIf(terraformLeftOut(process.env))('with Terraform', () => {
  let terraform: Terraform;
  beforeAll(async () => {
    terraform = await Terraform.start();
  });
  afterAll(() => terraform[Symbol.asyncDispose]());

  test('all code is formatted', async () => {
    expect(await terraform.run('.', 'fmt', '-check', '-recursive', '-diff')).toEqual({ code: 0, output: '' });
  });

  test('an argument that AWS does not know is found', async () => {
    const { attributes } = readSchema().resources.aws_vpc ?? { attributes: [] };
    expect(attributes.map(({ name }) => name)).toContain('cidr_block');
    expect(attributes.map(({ name }) => name)).not.toContain('cidr');
  });

  test.each(folders)(
    '%s is valid, and its tests pass',
    async (folder) => {
      await terraform.init(folder);
      const validated = await terraform.run(folder, 'validate', '-no-color');
      expect(validated.code, validated.output).toBe(0);
      const { code, problems, runs } = await terraform.test(folder);
      expect(code, problems).toBe(0);
      expect(runs.length).toBeGreaterThan(0);
      expect(runs.filter((run) => !run.passed)).toEqual([]);
    },
    120_000,
  );
});
