import { expect, test } from 'vitest';
import type { Lane } from './lanes.ts';
import { chooseWays, laneOfParent, missingWays } from './ways.ts';

const both = () => true;
const only = (kept: Lane) => (lane: Lane) => lane === kept;
const there = (ways: Partial<Record<Lane, string>>) => (lane: Lane) => ways[lane];

test('of two ways the one is used that the routes prefer, and the other fallen back on', () => {
  const ways = { named: there({ main: 'm', spare: 's' }), keeps: both, inUse: 's' };
  expect(chooseWays({ ...ways, tookOver: false })).toEqual(['m', 's']);
});

test('a way that took over stays in use', () => {
  const ways = { keeps: both, inUse: 's', tookOver: true };
  expect(chooseWays({ ...ways, named: there({ main: 'm', spare: 's' }) })).toEqual(['s', 'm']);
  // One that the routes do not name any more, too.
  expect(chooseWays({ ...ways, inUse: 'old', named: there({ main: 'm', spare: 's' }) })).toEqual(['old', 'm']);
});

test('what comes serves while nothing comes the ways that the routes name', () => {
  expect(chooseWays({ named: there({}), keeps: both, inUse: 'old', tookOver: false })).toEqual(['old', undefined]);
  expect(chooseWays({ named: there({ spare: 's' }), keeps: both, inUse: 'old', tookOver: false })).toEqual([
    's',
    undefined,
  ]);
});

test('where one way is needed there is no other to fall back on', () => {
  const ways = { named: there({ main: 'm', spare: 's' }), inUse: 'm', tookOver: false };
  expect(chooseWays({ ...ways, keeps: only('spare') })).toEqual(['s', undefined]);
  expect(chooseWays({ ...ways, keeps: only('main') })).toEqual(['m', undefined]);
});

test('a parent is the main one, the spare one, or none that the routes name', () => {
  const named = { main: 'm', spare: 's' };
  expect(['m', 's', 'x', undefined].map((id) => laneOfParent(id, named))).toEqual([
    'main',
    'spare',
    undefined,
    undefined,
  ]);
  expect(laneOfParent('m', undefined)).toBeUndefined();
});

test('missing is what is needed and does not come', () => {
  const named = { main: 'm', spare: 's' };
  expect(missingWays(named, new Set(), both)).toEqual(['main', 'spare']);
  expect(missingWays(named, new Set(['m']), both)).toEqual(['spare']);
  expect(missingWays(named, new Set(['m', 's']), both)).toEqual([]);
  expect(missingWays(named, new Set(['x']), only('spare'))).toEqual(['spare']);
  expect(missingWays({ main: 'm', spare: undefined }, new Set(['m']), both)).toEqual([]);
  // Without routes whatever comes will do.
  expect(missingWays(undefined, new Set(['x']), both)).toEqual([]);
  expect(missingWays(undefined, new Set(), both)).toEqual(['main']);
});
