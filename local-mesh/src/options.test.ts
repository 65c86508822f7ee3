import { expect, test } from 'vitest';
import { defaultRegions } from './mesh/regions.ts';
import { readOptions } from './options.ts';

test('without arguments: port 8080, one worker, one replica, five regions', () => {
  expect(readOptions([])).toEqual({
    webPort: 8080,
    workers: 1,
    replicas: 1,
    regions: [...defaultRegions],
    turn: false,
  });
});

test('every option is read, with = or without', () => {
  const args = [
    '--web-port=9000',
    '--workers',
    '2',
    '--replicas',
    '3',
    '--regions',
    'us-east-1, us-east-1,eu-central-1',
    '--turn',
  ];
  expect(readOptions(args)).toEqual({
    webPort: 9000,
    workers: 2,
    replicas: 3,
    regions: ['us-east-1', 'us-east-1', 'eu-central-1'],
    turn: true,
  });
});

test('help goes before everything else', () => {
  expect(readOptions(['--help'])).toBeUndefined();
});

test.each([
  [['--wokers', '2'], /Unknown option '--wokers'.*--help explains them/],
  [['start'], /Unexpected argument 'start'/],
  [['--workers'], /--workers/],
  [['--workers', '0'], '--workers takes a whole number from 1 to 64, not "0".'],
  [['--web-port', '80800'], '--web-port takes a whole number from 1 to 65535, not "80800".'],
  [['--web-port', '6000'], 'Browsers refuse port 6000: choose another with --web-port.'],
  [['--replicas', '1.5'], '--replicas takes a whole number from 1 to 16, not "1.5".'],
  [['--regions', 'eu-central-1,,us-east-1'], /"" is none/],
])('%j is refused in a sentence', (args, sentence) => {
  expect(() => readOptions(args)).toThrow(sentence);
});
