import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bars, escaped, lines, ranges, shown, ticks } from './plots.ts';

describe('ticks', () => {
  it('begin at 0, end where all is in, and are few', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (limit) => {
        const marks = ticks(limit);
        expect(marks[0]).toBe(0);
        expect(marks.at(-1)).toBeGreaterThanOrEqual(limit * (1 - 1e-6));
        expect(marks.length).toBeLessThanOrEqual(6);
      }),
    );
  });

  it('are round', () => {
    expect(ticks(37)).toEqual([0, 10, 20, 30, 40]);
    expect(ticks(0.9)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(0)).toEqual([0, 1]);
  });
});

describe('plots', () => {
  it('draw the longest bar to the end, and others in proportion', () => {
    const widths = [...bars('Some', 'µs', [row('a', 10), row('b', 5)]).matchAll(/width="([\d.]+)" height="16"/g)];
    const [longest = 0, half = 0] = widths.map((match) => Number(match[1]));
    expect(longest).toBe(374);
    expect(half).toBe(187);
  });

  it('make room for a whisker', () => {
    const plot = bars('Some', 'µs', [{ label: 'a', value: 5, least: 2, most: 10 }]);
    expect(plot).toContain('width="187"');
    expect(plot).toContain('H564');
  });

  it('survive nothing, and what never came', () => {
    expect(bars('Empty', 'µs', [])).toContain('Empty');
    expect(ranges('Never', 'ms', [{ label: 'a', p50: 1, p95: Number.POSITIVE_INFINITY }])).toContain('>never<');
    expect(ranges('Never', 'ms', [{ label: 'a', p50: 1, p95: Number.POSITIVE_INFINITY }])).not.toMatch(/NaN|Infinity/);
    expect(lines('Empty', { x: 'x', y: 'y' }, [])).not.toMatch(/NaN|Infinity/);
  });

  it('name what they show, as text', () => {
    expect(bars('a < b', 'µs', [row('<script>', 1)])).not.toContain('<script>');
  });
});

function row(label: string, value: number) {
  return { label, value };
}

describe('numbers', () => {
  it.each([
    [0.012345, '0.0123'],
    [14.52, '14.5'],
    [1_234.5, '1,235'],
    [Number.POSITIVE_INFINITY, 'never'],
  ])('%d is shown as %s', (value, text) => {
    expect(shown(value)).toBe(text);
  });
});

it('escapes what HTML would read', () => {
  expect(escaped(`<a href='"'>&`)).toBe('&#60;a href=&#39;&#34;&#39;&#62;&#38;');
});
