import { expect, test } from 'vitest';
import { doorsOf, keyOf } from './doors.ts';
import { inRanges, judge } from './media.ts';
import type { Trial } from './trial.ts';

const fra = { id: 'fra-1', region: 'eu', media: { address: '203.0.113.7', ports: [44_300, 44_301, 44_302] } };

/** A trial in which these ports answered, and these did not, as `udp 44300`. */
function trial(open: string[], closed: string[], more: Partial<Trial> = {}): Trial {
  const doors = doorsOf(fra);
  const answers = (names: string[], answered: boolean) =>
    doors
      .filter(({ protocol, port }) => names.includes(`${protocol} ${port}`))
      .map((door) => [keyOf(door), answered] as const);
  const reached = new Map([...answers(open, true), ...answers(closed, false)]);
  return { reached, named: doors, relays: [], error: undefined, ...more };
}

const tcp = ['tcp 44300', 'tcp 44301', 'tcp 44302'];

test('ports are told as ranges', () => {
  expect(inRanges([44_302, 44_300, 44_301, 44_310, 44_310])).toBe('44300–44302, 44310');
});

test('a closed port is named, with what to open, and so is one that no session came to', () => {
  expect(judge('eu', [fra], trial(['udp 44300', ...tcp.slice(0, 2)], ['udp 44302', 'tcp 44302']))).toEqual([
    {
      check: 'media fra-1 udp',
      status: 'failed',
      text: '203.0.113.7 does not answer on 44302, only on 44300; 44301 could not be tried: no session came there',
      advice: 'Open UDP 44302 in the firewall of the edge, and see that 203.0.113.7 is what clients reach.',
    },
    {
      check: 'media fra-1 tcp',
      status: 'warning',
      text: '203.0.113.7 does not answer on 44302, only on 44300–44301',
      advice: 'Open TCP 44302 as well: it is for who has no UDP.',
    },
  ]);
});

test('an edge that no session came to is tried over TCP, and nothing is claimed of UDP', () => {
  expect(judge('eu', [fra], trial(tcp, []))).toMatchObject([
    { check: 'media fra-1 udp', status: 'skipped' },
    { check: 'media fra-1 tcp', status: 'ok', text: '203.0.113.7 answers on 44300–44302' },
  ]);
});

test('of an edge that does not say where it takes media, the region is named', () => {
  const silent = { ...fra, media: null };
  expect(judge('eu', [silent], trial(['udp 44300', 'udp 44301', 'udp 44302', ...tcp], []))).toMatchObject([
    { check: 'media eu udp', status: 'ok' },
    { check: 'media eu tcp', status: 'ok' },
  ]);
  expect(judge('eu', [silent], trial([], [], { named: [] }))).toMatchObject([{ check: 'media eu', status: 'failed' }]);
  expect(judge('eu', [silent], trial([], [], { named: [], error: new Error('no edge') }))).toMatchObject([
    { check: 'media eu', status: 'failed', text: expect.stringContaining('no edge') },
  ]);
});
