import { expect, test } from 'vitest';
import { instant } from './keys.ts';

test('a key ends on a day, or at a time with its zone', () => {
  expect(instant('2027-01-31')).toBe('2027-01-31T00:00:00.000Z');
  expect(instant('2027-01-31T12:00:00+01:00')).toBe('2027-01-31T11:00:00.000Z');
  for (const text of ['tomorrow', '2027-1', '2027-02-31', '2027-02-31T00:00:00Z', '2027-01-31T12:00', '2027-01-31 (x)'])
    expect(() => instant(text)).toThrow('a day, or a time with its zone');
});
