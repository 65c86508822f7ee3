import { expect, test } from 'vitest';
import { segmentsIn } from './segments.ts';

const files = ['00002.mkv', '00000.mkv', '00001.mkv'].map((name) => ({ name, isEmpty: false }));
const timesIn = (list: string) => segmentsIn(files, list).map(({ from, to }) => [from, to]);

test('segments begin with the first, and each ends where the next begins', () => {
  const list = '00000.mkv,1.000000,3.500000\n00001.mkv,3.000000,5.000000\n00002.mkv,6.000000,7.000000\n';
  expect(segmentsIn(files, list).map(({ name }) => name)).toEqual(['00000.mkv', '00001.mkv', '00002.mkv']);
  expect(timesIn(list)).toEqual([
    [0, 2],
    [2, 5],
    [5, 6],
  ]);
});

test('of one whose writer was killed the end is not known', () => {
  expect(timesIn('00000.mkv,0.000000,2.000000\n00001.mkv,2.000000,4.000000\n')).toEqual([
    [0, 2],
    [2, 4],
    [4, undefined],
  ]);
});

test.each(['00001.mkv,9.000000,3.000000', '00001.mkv,-7.000000,3.000000', '00001.mkv,2.000000,nan', '00001.mkv,,'])(
  'a line that can not be is passed over: %s',
  (damaged) => {
    const list = `00000.mkv,0.000000,2.000000\n${damaged}\n00002.mkv,4.000000,6.000000\n`;
    expect(timesIn(list)).toEqual([
      [0, 2],
      [2, undefined],
      [4, 6],
    ]);
  },
);
