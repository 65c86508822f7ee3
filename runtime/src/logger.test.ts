import { expect, test } from 'vitest';
import { CanopyError } from './errors.ts';
import { createLogger } from './logger.ts';

function logging() {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger('test', 'info', { write: (line) => void lines.push(JSON.parse(line)) });
  return { logger, lines };
}

test('names, addresses and secrets are left out wherever they stand', () => {
  const { logger, lines } = logging();
  const person = { id: 'p-1', name: 'Mara', email: 'mara@example.org', client: { address: '203.0.113.7' } };
  logger.info({ address: '203.0.113.7', person, token: 'ey…' }, 'somebody came');
  expect(lines).toEqual([
    expect.objectContaining({
      address: '[redacted]',
      token: '[redacted]',
      person: { id: 'p-1', name: '[redacted]', email: '[redacted]', client: { address: '[redacted]' } },
      msg: 'somebody came',
    }),
  ]);
});

test('of an error its type, code and text are kept, and what a driver hung onto it is not', () => {
  const { logger, lines } = logging();
  const driver = Object.assign(new Error('duplicate key value violates unique constraint "users_email"'), {
    code: '23505',
    detail: 'Key (email)=(mara@example.org) already exists.',
    command: { name: 'hset', args: ['participants', 'Mara'] },
  });
  logger.error({ err: new CanopyError('STATE_UNAVAILABLE', undefined, { cause: driver }) }, 'failed');
  expect(lines[0]?.err).toMatchObject({
    type: 'CanopyError',
    code: 'STATE_UNAVAILABLE',
    cause: { type: 'Error', code: '23505', message: 'duplicate key value violates unique constraint "users_email"' },
  });
  expect(JSON.stringify(lines)).not.toMatch(/mara@example|"Mara"/);
});

test('a line outside of any trace has no ids of one', () => {
  const { logger, lines } = logging();
  logger.info({}, 'alone');
  expect(lines[0]).not.toHaveProperty('trace_id');
});
