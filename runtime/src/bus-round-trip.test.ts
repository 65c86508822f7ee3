import { expect, test } from 'vitest';
import { busRoundTrip } from './bus-round-trip.ts';
import { systemClock } from './clock.ts';

const info = { server_name: 'bus-1' };

test('a round trip is told by the server, and none where none answers', async () => {
  expect(await busRoundTrip({ rtt: async () => 12, info }, systemClock)).toEqual([['bus-1', 0.012]]);
  expect(await busRoundTrip({ rtt: () => Promise.reject(new Error('DISCONNECT')), info }, systemClock)).toEqual([]);
  expect(await busRoundTrip({ rtt: () => new Promise(() => {}), info }, systemClock)).toEqual([]);
  expect(await busRoundTrip(undefined, systemClock)).toEqual([]);
});
