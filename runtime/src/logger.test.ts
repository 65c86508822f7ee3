import { expect, test } from 'vitest';
import type { Logger } from './logger.ts';
import { keptLog } from './testing/kept-log.ts';

const jwt = `eyJhbGciOiJIUzI1NiJ9.${'x'.repeat(30)}.${'y'.repeat(30)}`;

/** What a logger writes. */
function written(log: (logger: Logger) => void): string {
  const { logger, written: text } = keptLog('test');
  log(logger);
  return text();
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

/** What is left of a text that an error has, a field, and the line itself. */
const left = (text: string) => {
  const line = written((logger) => logger.warn({ err: new Error(text), list: [text] }, text));
  const { msg, err, list } = JSON.parse(line) as {
    msg: string;
    err: { message: string; stack: string };
    list: string[];
  };
  expect([err.message, list[0], err.stack.includes(msg)]).toEqual([msg, msg, true]);
  return msg;
};

test.each([
  ['connect ECONNREFUSED 203.0.113.9:44300', 'connect ECONNREFUSED [redacted]:44300'],
  ['203.0.113.9, 198.51.100.1 and 203.0.113.9.', '[redacted], [redacted] and [redacted].'],
  ['connect ECONNREFUSED 2001:db8::7:44300', 'connect ECONNREFUSED [redacted]:44300'],
  ['no answer of [2001:db8::7]:443: given up', 'no answer of [[redacted]]:443: given up'],
  ['peer:2001:DB8:0:0:0:0:0:7, then 2001:db8::', 'peer:[redacted], then [redacted]'],
  ['fe80::1ff:fe23:4567:890a%eth0', '[redacted]%eth0'],
  ['a=candidate:1 1 udp 1 ::ffff:203.0.113.9 5000 typ host', 'a=candidate:1 1 udp 1 [redacted] 5000 typ host'],
  ['ws://203.0.113.9/v1/signal?address=2001:db8::7', 'ws://[redacted]/v1/signal?address=[redacted]'],
  ['Key (email)=(mara@example.org) already exists.', 'Key (email)=([redacted]) already exists.'],
])('in "%s" nobody is named by an address', (text, expected) => {
  expect(left(text)).toBe(expected);
});

test.each([
  'connect ECONNREFUSED 127.0.0.1:5432',
  'connect ECONNREFUSED ::1:5432',
  'listening on :::8080 and 0.0.0.0:8080',
  'no answer of 10.0.3.7:7001, 172.31.0.2, 192.168.1.2, 169.254.169.254, fd00::7, ::ffff:10.0.3.7',
  'at 2026-11-27T03:39:01.123Z, that is 03:39:01, in /src/a.ts:12:34 of node:internal/timers:605:17',
  'sha-256 AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89 of 02:42:ac:11:00:02',
  'mediasoup 3.27.1, a 1.2.3.4.5, RTC::DtlsTransport::Run, canopy.edge.fra-1.heartbeat, p@1.2.3',
])('"%s" is logged as it is', (text) => {
  expect(left(text)).toBe(text);
});

test('what a line is bound to is no exception', () => {
  expect(written((logger) => logger.child({ peer: '203.0.113.9:443' }).info({}, 'gone'))).not.toContain('203.0.113');
});
