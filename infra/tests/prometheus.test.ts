import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { prometheusNeed, unmet } from '../../scripts/setup/services.mjs';

const folder = join(import.meta.dirname, '..', 'observability', 'prometheus');

const labels = z.record(z.string(), z.string());
const rule = z.object({ alert: z.string(), labels });
const ruleFile = z.object({ groups: z.array(z.object({ rules: z.array(rule) })) });
const alertTest = z.object({ alertname: z.string(), exp_alerts: z.array(z.object({ exp_labels: labels })) });
const testFile = z.object({ tests: z.array(z.object({ alert_rule_test: z.array(alertTest).default([]) })) });

/** promtool plays days of metrics, for which it takes both of two cores a minute. */
const rulesTestTimeoutMs = 300_000;

const read = (file: string): unknown => parse(readFileSync(join(folder, file), 'utf8'));

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

  test('tells somebody when it should, and leaves people alone when it should', { timeout: rulesTestTimeoutMs }, () => {
    const { status, output } = promtool(['test', 'rules', 'tests/alerts.test.yml']);
    expect(status, output).toBe(0);
  });

  test('a test has every alert go off', () => {
    const rules = ruleFile.parse(read('rules/alerts.yml')).groups.flatMap((group) => group.rules);
    const gone = testFile
      .parse(read('tests/alerts.test.yml'))
      .tests.flatMap(({ alert_rule_test: all }) =>
        all.flatMap(({ alertname, exp_alerts: alerts }) => alerts.map(({ exp_labels }) => ({ alertname, exp_labels }))),
      );
    const goesOff = ({ alert, labels }: z.infer<typeof rule>) =>
      gone.some(
        ({ alertname, exp_labels }) =>
          alertname === alert && Object.entries(labels).every(([name, value]) => exp_labels[name] === value),
      );
    expect(rules.length).toBeGreaterThan(25);
    expect(rules.filter((each) => !goesOff(each)).map(({ alert, labels }) => ({ alert, labels }))).toEqual([]);
  });
});
