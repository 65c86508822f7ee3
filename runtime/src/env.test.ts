import { expect, test } from 'vitest';
import { z } from 'zod';
import { booleanSetting, ConfigError, integerSetting, listSetting, readEnv } from './env.ts';

const schema = z.object({
  EDGE_ID: z.string(),
  EDGE_WORKERS: integerSetting(1, 64).default(1),
  EDGE_PEERS: listSetting.default([]),
  EDGE_FAST: booleanSetting.default(false),
});

test('reads numbers, lists and booleans, and fills in defaults', () => {
  const env = { EDGE_ID: 'a', EDGE_WORKERS: '4', EDGE_PEERS: 'b, c,', EDGE_FAST: 'yes', PATH: '/bin' };
  expect(readEnv(schema, env, 'EDGE_')).toEqual({
    EDGE_ID: 'a',
    EDGE_WORKERS: 4,
    EDGE_PEERS: ['b', 'c'],
    EDGE_FAST: true,
  });
  expect(readEnv(schema, { EDGE_ID: 'a', EDGE_WORKERS: '' }, 'EDGE_').EDGE_WORKERS).toBe(1);
});

test('names every setting at fault, unknown ones included', () => {
  const read = () => readEnv(schema, { EDGE_WORKERS: 'many', EDGE_WROKERS: '2' }, 'EDGE_');
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/EDGE_WROKERS: unknown setting.*EDGE_ID.*EDGE_WORKERS/);
});
