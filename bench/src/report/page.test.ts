import { describe, expect, it } from 'vitest';
import type { Entry } from './entries.ts';
import { atMost, none } from './exhibit.ts';
import { type Section, toPage } from './page.ts';

const entry: Entry = {
  bench: 'plan',
  commit: 'abc',
  date: '2026-01-01T00:00:00.000Z',
  machine: { cpu: 'Some <CPU>', cores: 2, memoryGiB: 8, kernel: 'linux', node: 'v24' },
  result: { figure: 17 },
};
const section: Section = { entry, description: 'plans', summary: 'cost <half>', promises: [], plots: [] };
const now = new Date(0);

describe('the page of a report', () => {
  it('has a section for each bench, with its figures', () => {
    const page = toPage([section, { ...section, entry: { ...entry, bench: 'plan-scale' } }], [], now);
    expect(page).toContain('<article id="plan">');
    expect(page).toContain('<article id="plan-scale">');
    expect(page).toContain('&#34;figure&#34;: 17');
    expect(page).toContain('cost &#60;half&#62;');
    expect(page).not.toContain('<CPU>');
  });

  it('counts goals, and marks what was missed', () => {
    const promises = [atMost('Gap', 120, 150, 'ms'), none('Lost', 3)];
    const page = toPage([{ ...section, promises }], [], now);
    expect(page).toContain('1 of 2 goals met.');
    expect(page).toContain('<td>≤ 150 ms</td><td>120 ms</td><td class="kept">met</td>');
    expect(page).toContain('<td>none</td><td>3</td><td class="missed">missed</td>');
    expect(page).toContain('<em>1 missed</em>');
  });

  it('says of each promise whether it was kept', () => {
    const gap = atMost('gap', 160, 150, 'ms');
    const relay = { loss: 'relay', promise: '≤ 150 ms', measured: [gap], verdict: 'missed' as const };
    const page = toPage([section], [relay, { ...relay, loss: 'bus', measured: [], verdict: 'not measured' }], now);
    expect(page).toContain('<td>gap 160 ms (≤ 150 ms)</td><td class="missed">missed</td>');
    expect(page).toContain('<th scope="row">bus</th><td>≤ 150 ms</td><td></td><td class="">not measured</td>');
  });

  it('says why there is no result', () => {
    const page = toPage([{ ...section, entry: { ...entry, failure: 'It was not done after 3 s.' } }], [], now);
    expect(page).toContain('No result. It was not done after 3 s.');
    expect(page).toContain('; without a result: plan');
  });

  it('loads nothing from anywhere', () => {
    expect(toPage([section], [], now)).not.toMatch(/https?:|src=|<script|<link/);
  });
});
