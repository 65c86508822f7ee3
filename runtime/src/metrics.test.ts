import { expect, test } from 'vitest';
import { MetricSet, mostLabels } from './metrics.ts';

test('of many things the largest have a series each, and the rest one together', async () => {
  const set = new MetricSet();
  const links = Array.from({ length: 1_000 }, (_, index) => [`edge-${index}`, index] as const);
  set.labelled('canopy_links', 'Links.', 'parent', () => links);
  const lines = (await set.registry.metrics()).split('\n').filter((line) => line.startsWith('canopy_links{'));
  expect(lines).toHaveLength(mostLabels + 1);
  expect(lines).toContain('canopy_links{parent="edge-999"} 999');
  const rest = (949 * 950) / 2;
  expect(lines).toContain(`canopy_links{parent="other"} ${rest}`);
});

test('of what can not be added up, the largest of the rest stands for them', async () => {
  const set = new MetricSet();
  const losses = Array.from({ length: 100 }, (_, index) => [`edge-${index}`, index / 100] as const);
  set.labelled('canopy_loss', 'Loss.', 'neighbour', () => losses, 'largest');
  expect(await set.registry.metrics()).toContain('canopy_loss{neighbour="other"} 0.49');
});

test('what is gone has no series any more, and what is unknown has no value', async () => {
  const set = new MetricSet();
  let links: [string, number][] = [['a', 1]];
  let known: number | undefined = 3;
  set.labelled('canopy_links', 'Links.', 'parent', () => links);
  set.gauge('canopy_known', 'Known.', () => known);
  const lines = (await set.registry.metrics()).split('\n');
  expect(lines).toEqual(expect.arrayContaining(['canopy_known 3', 'canopy_links{parent="a"} 1']));
  links = [];
  known = undefined;
  const text = await set.registry.metrics();
  expect(text).not.toContain('canopy_links{');
  expect(text).not.toMatch(/^canopy_known \d/m);
});

test('it is OpenMetrics, with the build and the lag of the event loop', async () => {
  const { registry } = new MetricSet();
  expect(registry.contentType).toContain('application/openmetrics-text');
  const text = await registry.metrics();
  expect(text).toMatch(/^canopy_build_info\{version="[\d.]+",protocol="\d+",node="v\d+[\d.]*"\} 1$/m);
  expect(text).toContain('nodejs_eventloop_lag_seconds');
  expect(text.trimEnd()).toMatch(/# EOF$/);
});
