import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

const jwt = `eyJhbGciOiJIUzI1NiJ9.${'x'.repeat(30)}.${'y'.repeat(30)}`;

/** What a logger writes. */
function written(log: (logger: ReturnType<typeof createLogger>) => void): string {
  let text = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  log(createLogger('test', 'debug', destination));
  return text;
}

test.each([
  ['a field', { token: 'hunter2' }],
  ['what lets a client into a relay', { iceServers: [{ credential: 'hunter2' }] }],
  ['a field of a field', { options: { headers: { Authorization: 'hunter2' } } }],
  ['a list', { calls: [{ password: 'hunter2' }] }],
  ['the URL of a service', { err: new Error('connect to postgres://canopy:hunter2@db:5432/canopy failed') }],
  ['the cause of an error', { err: new Error('no', { cause: new Error('Bearer hunter2 was refused') }) }],
  ['what an error carries', { err: Object.assign(new Error('no'), { config: { secret: 'hunter2' } }) }],
  ['a query', { url: '/file?token=hunter2&x=1' }],
])('a secret in %s is not logged', (_where, fields) => {
  expect(written((logger) => logger.info(fields, 'something'))).not.toContain('hunter2');
  expect(written((logger) => logger.child(fields).info({}, 'something'))).not.toContain('hunter2');
});

test('a token in the middle of a text is not logged, what stands beside it is', () => {
  const text = written((logger) => logger.warn({ err: new Error(`${jwt} has expired`) }, 'refused'));
  expect(text).not.toContain(jwt);
  expect(text).toContain('has expired');
});

test('ids, codes and the place of an error are logged', () => {
  const fields = { meetingId: 'm1', code: 'TIMEOUT', err: new RangeError('it took too long') };
  const text = written((logger) => logger.error(fields, 'a request failed'));
  for (const part of ['m1', 'TIMEOUT', 'it took too long', 'RangeError"', 'logger.test.ts'])
    expect(text).toContain(part);
});

test('of an error its code and text are logged, and not what a driver hung onto it', () => {
  const err = Object.assign(new Error('duplicate key value violates unique constraint "users_email"'), {
    code: '23505',
    detail: 'Key (email)=(mara@example.org) already exists.',
    command: { name: 'hset', args: ['participants', 'Mara'] },
  });
  const text = written((logger) => logger.error({ err: new Error('no', { cause: err }) }, 'failed'));
  expect(text).toContain('23505');
  expect(text).not.toMatch(/mara@example|Mara/);
});

test('names and addresses of people are not logged', () => {
  const person = { id: 'p-1', name: 'Mara', email: 'mara@example.org', client: { address: '203.0.113.7' } };
  const text = written((logger) => logger.info({ person }, 'somebody came'));
  expect(text).toContain('p-1');
  expect(text).not.toMatch(/Mara|mara@|203\.0\.113/);
});
