import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { grafanaJson } from './dashboards/grafana-json.ts';
import { dashboards } from './dashboards/index.ts';
import { metricRows, metricsDocument } from './metrics-table.ts';
import { alertingRules, recordingRules } from './rules.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const infra = join(root, 'infra', 'observability');
const yaml = (document: object) => stringify(document, { lineWidth: 0 });

/** What is relied on of Grafana's files; the rest of them is its own. */
const provisioned = z.object({
  datasources: z.array(
    z.object({
      uid: z.string(),
      type: z.enum(['prometheus', 'jaeger']),
      url: z.string(),
      isDefault: z.boolean().default(false),
      jsonData: z
        .looseObject({
          exemplarTraceIdDestinations: z.array(z.object({ name: z.string(), datasourceUid: z.string() })),
        })
        .optional(),
    }),
  ),
});
const source = z.object({ type: z.string(), uid: z.string() });
const dashboardFile = z.object({
  uid: z.string(),
  templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.number(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      datasource: source.optional(),
      targets: z.array(z.object({ expr: z.string(), datasource: source })).default([]),
      options: z.object({ content: z.string().optional() }),
    }),
  ),
});

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

describe('what Grafana is given', () => {
  const file = (...path: string[]) => readFileSync(join(infra, 'grafana', ...path), 'utf8');
  const sources = readdirSync(join(infra, 'grafana', 'provisioning', 'datasources')).flatMap(
    (name) => provisioned.parse(parse(file('provisioning', 'datasources', name))).datasources,
  );
  const uids = new Set(sources.map(({ uid }) => uid));
  const drawn = readdirSync(join(infra, 'grafana', 'dashboards')).map((name) =>
    dashboardFile.parse(JSON.parse(file('dashboards', name))),
  );

  test('no file is of a dashboard that is no more', () => {
    expect(drawn.map(({ uid }) => uid).sort()).toEqual(dashboards.map(({ uid }) => `canopy-${uid}`).sort());
  });

  test('every data source that is named is there', () => {
    expect(uids.size).toBe(sources.length);
    const named = sources.flatMap(({ jsonData }) => jsonData?.exemplarTraceIdDestinations ?? []);
    expect(named.map(({ datasourceUid }) => datasourceUid).filter((uid) => !uids.has(uid))).toEqual([]);
    expect(sources.filter(({ isDefault }) => isDefault).map(({ type }) => type)).toEqual(['prometheus']);
  });

  test.each(drawn)(
    '$uid asks by variables that it has, of the data source that is chosen',
    ({ templating, panels }) => {
      const names = new Set(templating.list.map(({ name }) => name));
      const sourcesOf = panels.flatMap(({ datasource, targets }) => [
        datasource,
        ...targets.map((each) => each.datasource),
      ]);
      for (const source of sourcesOf)
        expect(source ?? { type: 'prometheus', uid: '$source' }).toEqual({ type: 'prometheus', uid: '$source' });
      const texts = panels.flatMap(({ targets, options }) => [
        options.content ?? '',
        ...targets.map(({ expr }) => expr),
      ]);
      const used = texts.flatMap((text) => [...text.matchAll(/\$(\w+)/g)].map(([, name = '']) => name));
      expect(used.filter((name) => !names.has(name) && name !== '__rate_interval')).toEqual([]);
    },
  );

  test.each(drawn)('panels of $uid lie beside each other', ({ panels }) => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
  });
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
