import { expect, test } from 'vitest';
import { baseEnvironment } from './environment.ts';

test('children get what they need to run, and no setting of another edge or control plane', () => {
  const env = { PATH: '/bin', MEDIASOUP_WORKER_BIN: '/w', EDGE_ID: 'x', CONTROL_API_KEY: 'y', DATABASE_URL: 'z' };
  expect(baseEnvironment(env)).toEqual({ PATH: '/bin', MEDIASOUP_WORKER_BIN: '/w' });
});
