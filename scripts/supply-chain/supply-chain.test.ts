import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../setup/paths.mjs';
import { billOfMaterials } from './bill-of-materials.mjs';
import { auditVerdict } from './verdict.mjs';

test('the bill of materials names what is deployed as the lock file has it, and nothing that only tests use', () => {
  const { bomFormat, metadata, components } = billOfMaterials();
  expect({ bomFormat, name: metadata.component.name }).toEqual({ bomFormat: 'CycloneDX', name: 'canopy' });
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const versions = new Map(
    components.map(({ purl }) => {
      const [, name = '', version] = /^pkg:npm\/(.+)@([^@?]+)/.exec(decodeURIComponent(purl)) ?? [];
      return [name, version];
    }),
  );
  for (const name of ['mediasoup', 'fastify', '@grpc/grpc-js', 'react'])
    expect(versions.get(name), name).toBe(lock.packages[`node_modules/${name}`].version);
  for (const name of ['vitest', 'knip', '@biomejs/biome']) expect(versions.has(name), name).toBe(false);
  const ours = /^@canopy\//;
  const unlicensed = components.filter(({ name, licenses = [] }) => licenses.length === 0 && !ours.test(name));
  expect(unlicensed.map(({ name }) => name)).toEqual([]);
});

test('an audit fails for what is rated high, and where nobody answers only if it is required', () => {
  const found = (vulnerabilities: object) =>
    auditVerdict(JSON.stringify({ metadata: { vulnerabilities } }), true).passed;
  expect(found({ low: 3, moderate: 1, high: 0, critical: 0, total: 4 })).toBe(true);
  expect(found({ high: 1, critical: 0, total: 1 })).toBe(false);
  expect(found({ high: 0, critical: 1, total: 1 })).toBe(false);
  for (const output of ['', '{"statusCode":405}', 'npm error']) {
    expect(auditVerdict(output, false).passed).toBe(true);
    expect(auditVerdict(output, true).passed).toBe(false);
  }
});
