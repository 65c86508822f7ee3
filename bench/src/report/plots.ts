/** What a plot compares: one value, with how far it went where it was measured more than once. */
export interface Bar {
  label: string;
  value: number;
  least?: number;
  most?: number;
}

/** A distribution as far as it is known. */
export interface Range {
  label: string;
  p50: number;
  p95: number;
  max?: number;
}

export interface Series {
  label: string;
  points: readonly { x: number; y: number }[];
}

const width = 640;
const labelWidth = 190;
const valueWidth = 76;
const rowHeight = 26;
const plotHeight = 240;
const margin = { top: 12, right: 24, bottom: 44, left: 64 };

/** Horizontal bars from 0, with a whisker from least to most. Without a unit, the title says all. */
export function bars(title: string, unit: string, rows: readonly Bar[]): string {
  const limit = longest(rows.map(({ value, most }) => most ?? value));
  const parts = rows.map(({ value, least, most }, at) => {
    const middle = at * rowHeight + rowHeight / 2;
    const whisker =
      least === undefined || most === undefined
        ? ''
        : `<path class="whisker" d="M${along(least, limit)} ${middle}H${along(most, limit)}"/>`;
    return `${bar(at, value, limit, 'bar')}${whisker}`;
  });
  return rowsPlot(
    title,
    unit,
    rows.map(({ label, value }) => ({ label, value })),
    parts,
  );
}

/** For each distribution the median, the 95th percentile and the longest, one over the other; the 95th percentile is written. */
export function ranges(title: string, unit: string, rows: readonly Range[]): string {
  const limit = longest(rows.flatMap(({ p50, p95, max }) => [p50, p95, max ?? p95]));
  const parts = rows.map(({ p50, p95, max = p95 }, at) =>
    [bar(at, max, limit, 'most'), bar(at, p95, limit, 'much'), bar(at, p50, limit, 'bar')].join(''),
  );
  const text = `${title}: median, p95 and longest`;
  return rowsPlot(
    text,
    unit,
    rows.map(({ label, p95 }) => ({ label, value: p95 })),
    parts,
  );
}

function rowsPlot(
  title: string,
  unit: string,
  rows: readonly { label: string; value: number }[],
  parts: readonly string[],
): string {
  const labels = rows.map(({ label, value }, at) => {
    const y = at * rowHeight + rowHeight / 2 + 4;
    return `<text x="${labelWidth - 8}" y="${y}" text-anchor="end">${escaped(label)}</text><text x="${width}" y="${y}" text-anchor="end">${shown(value)}</text>`;
  });
  return figure(unit === '' ? title : `${title}, ${unit}`, rows.length * rowHeight, [...parts, ...labels].join(''));
}

function bar(row: number, value: number, limit: number, style: string): string {
  const length = along(value, limit) - labelWidth;
  return `<rect class="${style}" x="${labelWidth}" y="${row * rowHeight + 5}" width="${length}" height="${rowHeight - 10}"/>`;
}

/** Of those that came at all. */
function longest(values: readonly number[]): number {
  return Math.max(0, ...values.filter(Number.isFinite)) || 1;
}

function along(value: number, limit: number): number {
  const share = Math.min(1, Math.max(0, value) / limit);
  return cut(labelWidth + share * (width - labelWidth - valueWidth));
}

/** Lines through points, both axes from 0. */
export function lines(title: string, axes: { x: string; y: string }, series: readonly Series[]): string {
  const points = series.flatMap((one) => one.points);
  const xTicks = ticks(Math.max(0, ...points.map(({ x }) => x)));
  const yTicks = ticks(Math.max(0, ...points.map(({ y }) => y)));
  const [right, bottom] = [width - margin.right, plotHeight - margin.bottom];
  const x = (value: number) => cut(margin.left + (value / (xTicks.at(-1) || 1)) * (right - margin.left));
  const y = (value: number) => cut(bottom - (value / (yTicks.at(-1) || 1)) * (bottom - margin.top));
  const grid = [
    ...xTicks.map((tick) => `<text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${shown(tick)}</text>`),
    ...yTicks.map(
      (tick) =>
        `<path class="grid" d="M${margin.left} ${y(tick)}H${right}"/><text x="${margin.left - 8}" y="${y(tick) + 4}" text-anchor="end">${shown(tick)}</text>`,
    ),
  ];
  const drawn = series.map(({ label, points }, at) => {
    const path = points.map((point, first) => `${first === 0 ? 'M' : 'L'}${x(point.x)} ${y(point.y)}`).join('');
    const dots =
      points.length > 20 ? [] : points.map((point) => `<circle cx="${x(point.x)}" cy="${y(point.y)}" r="3"/>`);
    const name = `<text x="${margin.left + 10}" y="${margin.top + 14 + at * 16}">${escaped(label)}</text>`;
    return `<g class="line${at % 4}"><path d="${path}"/>${dots.join('')}${name}</g>`;
  });
  const names = `<text x="${right}" y="${plotHeight - 8}" text-anchor="end">${escaped(axes.x)}</text><text x="${margin.left}" y="${plotHeight - 8}">${escaped(`up: ${axes.y}`)}</text>`;
  return figure(title, plotHeight, [...grid, ...drawn, names].join(''));
}

function figure(title: string, height: number, inner: string): string {
  const name = escaped(title);
  return `<figure><figcaption>${name}</figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">${inner}</svg></figure>`;
}

/** Round numbers from 0 to the first that is not below `limit`: 1, 2 or 5 times a power of ten apart. */
export function ticks(limit: number): number[] {
  if (!(limit > 0)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(limit / 5));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => limit / one <= 5) ?? 10 * power;
  const count = Math.ceil(limit / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, at) => Number((at * step).toPrecision(12)));
}

/** A number as people read it: three digits that count, or all of those before the point. A figure that a result lacks stays `undefined`, by which the report knows what to leave out. */
export function shown(value: number | undefined): string {
  if (value === undefined) return 'undefined';
  if (!Number.isFinite(value)) return 'never';
  const digits = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  return digits.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Two digits behind the point are more than a screen shows. */
function cut(value: number): number {
  return Math.round(value * 100) / 100;
}
