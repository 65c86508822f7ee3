import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../setup/paths.mjs';
import { billOfMaterials } from './bill-of-materials.mjs';
import { auditVerdict, type Level } from './verdict.mjs';

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

test('an audit fails for what is of its level or worse, and names it', () => {
  const verdict = (vulnerabilities: object, level: Level = 'high', found: object = {}) =>
    auditVerdict(JSON.stringify({ metadata: { vulnerabilities }, vulnerabilities: found }), { level, strict: true });
  const moderate = { info: 0, low: 3, moderate: 1, high: 0, critical: 0, total: 4 };
  expect(verdict(moderate)).toEqual({ text: '4 known vulnerabilities, 0 of them high or worse', passed: true });
  expect(verdict(moderate, 'moderate').passed).toBe(false);
  expect(verdict({ high: 1, critical: 0, total: 1 }, 'critical').passed).toBe(true);
  expect(verdict({ high: 0, critical: 1, total: 1 }).passed).toBe(false);
  const found = { ws: { severity: 'high' }, tar: { severity: 'low' } };
  expect(verdict({ low: 1, high: 1, total: 2 }, 'high', found).text).toBe(
    '2 known vulnerabilities, 1 of them high or worse\n  ws (high)',
  );
});

test('what could not be audited is said to be so, and fails where that is asked for', () => {
  for (const output of ['', '{"message":"405 Method Not Allowed","statusCode":405}', 'npm error', 'null']) {
    const { text, passed } = auditVerdict(output, { level: 'high', strict: false });
    expect([text.slice(0, 20), passed]).toEqual(['WARNING: NOT AUDITED', true]);
    expect(auditVerdict(output, { level: 'high', strict: true }).passed).toBe(false);
  }
});

test('CI says what became of the audit where its result is looked for', () => {
  const lines = readFileSync(join(root, '.ci', 'run'), 'utf8')
    .trim()
    .split('\n');
  const said = lines.lastIndexOf('echo "$audited"');
  expect(lines[said + 1]).toBe('node scripts/test-summary.mjs');
});
