import { expect, test } from 'vitest';
import { baseEnvironment, nodeEnvironment } from './environment.ts';

test('children get what they need to run, and no setting of another edge or control plane', () => {
  const env = { PATH: '/bin', MEDIASOUP_WORKER_BIN: '/w', EDGE_ID: 'x', CONTROL_API_KEY: 'y', DATABASE_URL: 'z' };
  expect(baseEnvironment(env)).toEqual({ PATH: '/bin', MEDIASOUP_WORKER_BIN: '/w' });
});

test('our own programs are told where to keep what Node.js compiled', () => {
  expect(nodeEnvironment({ EDGE_ID: 'x', NODE_COMPILE_CACHE: '/cache' })).toEqual({ NODE_COMPILE_CACHE: '/cache' });
  expect(nodeEnvironment({}).NODE_COMPILE_CACHE).toMatch(/compile-cache$/);
});
