import { expect, test } from 'vitest';
import { advisoryOn } from './advisories.ts';

test('a version with known advisories is told with the first one without', () => {
  expect(advisoryOn('nats-server', 'nats-server: v2.9.10')).toEqual({
    name: 'NATS',
    version: '2.9.10',
    firstWithout: '2.12.7',
  });
  expect(advisoryOn('turnserver', '4.6.1')).toMatchObject({ name: 'coturn', version: '4.6.1' });
});

test.each([
  ['nats-server', 'nats-server: v2.12.7'],
  ['nats-server', 'nats-server: v2.14.0'],
  ['turnserver', '4.10.0'],
  ['turnserver', 'something else'],
] as const)('nothing is told of %s %s', (program, says) => {
  expect(advisoryOn(program, says)).toBeUndefined();
});
