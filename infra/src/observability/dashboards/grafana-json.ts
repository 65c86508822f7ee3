import type { Dashboard, Note, Panel, Variable } from './panel.ts';

const columns = 3;
const width = 24 / columns;
const height = 8;
const source = { type: 'prometheus', uid: '$source' };

/** A dashboard as Grafana reads it from a file: notes first, then panels, three in a row. */
export function grafanaJson({ uid, title, description, variables = [], notes = [], panels }: Dashboard): string {
  const boxes = [...notes.map(textBox), ...panels.map(panelBox)];
  const document = {
    uid: `canopy-${uid}`,
    title: `Canopy: ${title}`,
    description,
    tags: ['canopy'],
    schemaVersion: 39,
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    links: [{ type: 'dashboards', title: 'Canopy', tags: ['canopy'], asDropdown: true, includeVars: true }],
    templating: { list: [dataSource, ...variables.map(variableOf)] },
    panels: boxes.map((box, index) => ({
      id: index + 1,
      gridPos: { x: (index % columns) * width, y: Math.floor(index / columns) * height, w: width, h: height },
      ...box,
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

const dataSource = { name: 'source', label: 'Prometheus', type: 'datasource', query: 'prometheus' };

function variableOf(variable: Variable): object {
  const { name, label } = variable;
  if ('text' in variable) return { name, label, type: 'textbox', query: variable.text };
  return {
    name,
    label,
    type: 'query',
    datasource: source,
    query: { query: `label_values(${variable.metric}, ${variable.of})`, refId: name },
    refresh: 2,
    multi: true,
    includeAll: true,
    allValue: '.*',
  };
}

function textBox({ title, markdown }: Note): object {
  return { title, type: 'text', options: { mode: 'markdown', content: markdown } };
}

function panelBox({ title, description, unit, queries, as }: Panel): object {
  return {
    title,
    ...(description !== undefined && { description }),
    type: as ?? 'timeseries',
    datasource: source,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: as === undefined ? { legend: { displayMode: 'list' }, tooltip: { mode: 'multi' } } : {},
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: source,
      expr: expr.replaceAll('$rate', '$__rate_interval'),
      legendFormat: legend,
      exemplar: expr.includes('canopy_join_seconds_bucket'),
    })),
  };
}
