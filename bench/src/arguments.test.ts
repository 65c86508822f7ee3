import { afterEach, describe, expect, test, vi } from 'vitest';
import { path, readArguments, wholeNumber } from './arguments.ts';
import type { Bench } from './bench.ts';

const bench: Bench = {
  description: 'measures nothing',
  needs: 'node',
  options: { runs: { type: 'string', default: '3', description: 'N: runs' } },
  run: () => Promise.resolve({}),
  summary: () => '',
};
const withArgument: Bench = { ...bench, argument: { name: 'scenario', description: 'what happens' } };

describe('reading the arguments of a bench', () => {
  test('fills in defaults and keeps --json, --save and --dirty apart', () => {
    const nothing = { values: { runs: '3' }, json: false, save: false, dirty: false };
    expect(readArguments('some', bench, ['--json'])).toEqual({ ...nothing, json: true });
    expect(readArguments('some', bench, ['--runs', '5', '--save'])).toEqual({
      ...nothing,
      values: { runs: '5' },
      save: true,
    });
    expect(readArguments('some', bench, ['--save', '--dirty'])).toEqual({ ...nothing, save: true, dirty: true });
  });

  test('passes the word after the name on as an option', () => {
    expect(readArguments('some', withArgument, ['storm']).values).toEqual({ runs: '3', scenario: 'storm' });
  });

  test('says which options there are when one is unknown', () => {
    expect(() => readArguments('some', bench, ['--walks'])).toThrow(
      "Unknown option '--walks'. Options of some: --runs, --json, --save, --dirty.",
    );
  });

  test('refuses words that mean nothing', () => {
    expect(() => readArguments('some', bench, ['storm'])).toThrow('some does not know what to do with "storm".');
    expect(() => readArguments('some', withArgument, ['storm', 'flood'])).toThrow('"flood"');
  });
});

describe('whole numbers', () => {
  test('are read, or absent', () => {
    expect(wholeNumber({ runs: '12' }, 'runs', 1, 20)).toBe(12);
    expect(wholeNumber({}, 'runs', 1, 20)).toBeUndefined();
  });

  test.each(['', '-1', '1.5', 'x', '21'])('are not %j', (text) => {
    expect(() => wholeNumber({ runs: text }, 'runs', 1, 20)).toThrow('--runs takes a whole number from 1 to 20');
  });
});

describe('a file', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('is looked for from where npm was called', () => {
    vi.stubEnv('INIT_CWD', '/home/ops');
    expect(path({ input: 'data/regions.json' }, 'input')).toBe('/home/ops/data/regions.json');
    expect(path({ input: '/data/regions.json' }, 'input')).toBe('/data/regions.json');
    expect(path({}, 'input')).toBeUndefined();
  });

  test('is looked for from the working directory without npm', () => {
    vi.stubEnv('INIT_CWD', undefined);
    expect(path({ input: 'regions.json' }, 'input')).toBe(`${process.cwd()}/regions.json`);
  });
});
