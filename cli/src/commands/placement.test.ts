import { expect, test } from 'vitest';
import { whoIs } from './placement.ts';

test('a place is two numbers, an address is not', () => {
  expect(whoIs('52.5,-13.4')).toEqual({ latitude: 52.5, longitude: -13.4 });
  expect(whoIs('2001:db8::1')).toEqual({ address: '2001:db8::1' });
  expect(whoIs('203.0.113.7')).toEqual({ address: '203.0.113.7' });
  for (const where of ['Berlin', 'abc', '95,10', '10,181', '203.0.113'])
    expect(() => whoIs(where)).toThrow('neither an IP address nor a place');
});
