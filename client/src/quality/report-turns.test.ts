import { expect, test } from 'vitest';
import { ReportTurns } from './report-turns.ts';

function tell(turns: ReportTurns, text: string, now: number): void {
  turns.take(now);
  turns.told(text);
}

test('tells what changed at once, and then not for five seconds', () => {
  const turns = new ReportTurns(() => 0.5);
  expect(turns.isDue('good', 5, 1_000)).toBe(true);
  tell(turns, 'good', 1_000);
  expect(turns.isDue('good', 5, 60_000)).toBe(false);
  expect(turns.isDue('bad', 5, 60_000)).toBe(true);
  tell(turns, 'bad', 60_000);
  expect(turns.isDue('good', 5, 64_999)).toBe(false);
  expect(turns.isDue('good', 5, 65_000)).toBe(true);
});

test('what was not taken is told again, five seconds later', () => {
  const turns = new ReportTurns(() => 0.5);
  turns.take(0);
  expect([4_999, 5_000].map((now) => turns.isDue('good', 5, now))).toEqual([false, true]);
});

test('what is as it was told, before its turn came, is not told', () => {
  const turns = new ReportTurns(() => 0.5);
  tell(turns, 'good', 0);
  expect(turns.isDue('bad', 1_000, 6_000)).toBe(false);
  expect(turns.isDue('good', 1_000, 7_500)).toBe(false);
  expect(turns.isDue('bad', 1_000, 8_000)).toBe(false);
  expect(turns.isDue('bad', 1_000, 9_000)).toBe(true);
});

test('who does not know any more what was told is told again', () => {
  const turns = new ReportTurns(() => 0.5);
  tell(turns, 'good', 0);
  turns.forget();
  expect(turns.isDue('good', 5, 5_000)).toBe(true);
});

test('ten thousand who see a screen at once tell it within twenty seconds, and not many of them at any moment', () => {
  const people = 10_000;
  const everybody = Array.from({ length: people }, (_, index) => new ReportTurns(() => index / people));
  const perSecond = Array.from({ length: 20 }, () => 0);
  for (let at = 0; at < 20_000; at += 1_000) {
    for (const turns of everybody) {
      if (!turns.isDue('sees it', people, at)) continue;
      tell(turns, 'sees it', at);
      perSecond[at / 1_000] = (perSecond[at / 1_000] ?? 0) + 1;
    }
  }
  expect(Math.max(...perSecond)).toBeLessThanOrEqual(501);
  expect(everybody.filter((turns) => turns.isDue('sees it', people, 20_000)).length).toBeLessThanOrEqual(500);
});
