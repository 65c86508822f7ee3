import { expect, test } from 'vitest';
import { table } from './output.ts';

test('columns are as wide as they need to be, and numbers stand to the right', () => {
  expect(
    table(
      ['EDGE', 'PEOPLE'],
      [
        ['fra-1', 7],
        ['singapore-1', 120],
      ],
    ),
  ).toBe(['EDGE         PEOPLE', 'fra-1             7', 'singapore-1     120'].join('\n'));
});

test('a name can not steer the terminal', () => {
  expect(table(['NAME'], [['\u001b[2JAda\r\nroot']])).toBe('NAME\nAda  root');
});
