import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { grafanaJson } from './dashboards/grafana-json.ts';
import { dashboards } from './dashboards/index.ts';
import { metricRows, metricsDocument } from './metrics-table.ts';
import { alertingRules, recordingRules } from './rules.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const infra = join(root, 'infra', 'observability');
const yaml = (document: object) => stringify(document, { lineWidth: 0 });

const { replica, edge } = metricRows();
const metrics = [...replica, ...edge];
const recorded = recordingRules().groups.flatMap(({ rules }) => rules);
const alerts = alertingRules().groups.flatMap(({ rules }) => rules);

/** Every name of a series that stands in an expression. */
function seriesIn(expr: string): string[] {
  return expr.match(/\b(canopy|nodejs|process)[a-z_:]+[a-z\d_:]*/g) ?? [];
}

const known = new Set([
  ...metrics.flatMap(({ name, type }) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
  ...recorded.map(({ record }) => record),
]);

describe('files are as their definitions say (written with -u)', () => {
  test('the table of metrics', async () => {
    await expect(metricsDocument()).toMatchFileSnapshot(join(root, 'docs', 'operations', 'metrics.md'));
  });

  test('the rules of Prometheus', async () => {
    await expect(yaml(recordingRules())).toMatchFileSnapshot(join(infra, 'prometheus', 'rules', 'objectives.yml'));
    await expect(yaml(alertingRules())).toMatchFileSnapshot(join(infra, 'prometheus', 'rules', 'alerts.yml'));
  });

  test.each(dashboards)('the dashboard $uid', async (dashboard) => {
    const file = join(infra, 'grafana', 'dashboards', `${dashboard.uid}.json`);
    await expect(grafanaJson(dashboard)).toMatchFileSnapshot(file);
  });
});

const runbooks = join(root, 'docs', 'operations', 'runbooks');

test.each(alerts)('the runbook of $alert says where to look and what to do', ({ annotations }) => {
  const name = annotations.runbook_url.split('/').at(-1) ?? '';
  const runbook = readFileSync(join(runbooks, name), 'utf8');
  expect(runbook).toMatch(/^## Look\n\n1\. [\s\S]*^## Do\n\n- /m);
  expect(readFileSync(join(runbooks, 'README.md'), 'utf8')).toContain(`](${name})`);
});

test('there is no runbook without an alert', () => {
  const named = new Set(alerts.map(({ annotations }) => annotations.runbook_url.split('/').at(-1)));
  expect(readdirSync(runbooks).filter((name) => name !== 'README.md' && !named.has(name))).toEqual([]);
});

test('rules and dashboards ask for series that there are', () => {
  const asked = [
    ...recorded.map(({ expr }) => expr),
    ...alerts.map(({ expr }) => expr),
    ...dashboards.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries.map(({ expr }) => expr))),
  ].flatMap(seriesIn);
  expect(asked.length).toBeGreaterThan(50);
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
});

test('names end in their unit, and say no meeting, participant or track', () => {
  const ours = metrics.filter(({ name }) => name.startsWith('canopy_'));
  expect(ours.filter(({ name }) => /_(ms|milliseconds|percent|bits?|kb|mb)(_|$)/.test(name))).toEqual([]);
  expect(ours.filter(({ name, type }) => (type === 'counter') !== name.endsWith('_total'))).toEqual([]);
  const labels = new Set(ours.flatMap((metric) => metric.labels));
  expect([...labels].filter((label) => /meeting|participant|track|session|user|address/.test(label))).toEqual([]);
});
