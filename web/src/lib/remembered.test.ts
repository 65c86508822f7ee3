import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { rememberedReadMarks as marks } from './remembered.ts';

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});

afterEach(() => void vi.unstubAllGlobals());

test('it is remembered up to where the hundred meetings of late were read', () => {
  marks.set('first', 3);
  for (let meeting = 0; meeting < 99; meeting++) marks.set(`${meeting}`, meeting);
  expect([marks.get('first'), marks.get('98'), marks.get('other')]).toEqual([3, 98, undefined]);
  marks.set('98', 100);
  marks.set('other', 1);
  expect([marks.get('first'), marks.get('98'), marks.get('other')]).toEqual([undefined, 100, 1]);
});

test('what somebody else wrote there is nothing that was read', () => {
  localStorage.setItem('canopy.read', '{"meeting":3}');
  expect(marks.get('meeting')).toBeUndefined();
});
