import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { prometheusNeed, unmet } from '../../scripts/setup/services.mjs';

const folder = join(import.meta.dirname, '..', 'observability', 'prometheus');

function promtool(args: readonly string[], input?: string) {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, input, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

// Where there is no Prometheus, the set-up has said how to get it.
describe.skipIf(unmet([prometheusNeed], process.env).length > 0)('Prometheus', () => {
  test('understands its settings and rules', () => {
    expect(promtool(['check', 'config', '--syntax-only', 'prometheus.yml'])).toMatchObject({ status: 0 });
    const { status, output } = promtool(['check', 'rules', 'rules/objectives.yml', 'rules/alerts.yml']);
    expect(status, output).toBe(0);
  });

  test('tells somebody when it should, and leaves people alone when it should', () => {
    const { status, output } = promtool(['test', 'rules', 'tests/alerts.test.yml']);
    expect(status, output).toBe(0);
  });

  test('every alert is tested', () => {
    const names = (file: string, pattern: RegExp) => readFileSync(join(folder, file), 'utf8').match(pattern) ?? [];
    const tested = new Set(names('tests/alerts.test.yml', /Canopy\w+/g));
    const there = names('rules/alerts.yml', /(?<=alert: )Canopy\w+/g);
    expect(there.length).toBeGreaterThan(10);
    expect(there.filter((name) => !tested.has(name))).toEqual([]);
  });
});
