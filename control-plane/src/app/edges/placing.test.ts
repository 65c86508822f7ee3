import { estimateRttMs } from '@canopy/geo/rtt';
import { VirtualClock } from '@canopy/runtime/clock';
import { expect, it } from 'vitest';
import type { MeetingProfile } from '../../core/meeting/meeting.ts';
import { MeasuredRtts } from '../../core/placement/measured-rtt.ts';
import { defaultRebalancePolicy } from '../../core/placement/rebalance.ts';
import { edge, placeOf } from '../../core/placement/testing/builders.ts';
import { defaultPlacementPolicy } from '../../core/placement/types.ts';
import { NetworkRtts } from './network-rtts.ts';
import { Placing } from './placing.ts';

const profile: MeetingProfile = { title: '', mode: 'meeting', settings: {}, revision: 0 };
const nobody = { participants: new Map<string, number>(), originIds: [] };

/** Frankfurt, Paris and Sydney. Addresses are taken to be in Milan unless told otherwise. */
function setUp(places: Readonly<Record<string, string>> = {}) {
  const candidates = () => ['eu-central-1', 'eu-west-3', 'ap-southeast-2'].map((region) => edge(region));
  const locate = (address: string) => placeOf(places[address] ?? 'eu-south-1');
  const clock = new VirtualClock(0);
  const networkRtts = new NetworkRtts({
    edges: { candidates },
    locate,
    networkOf: () => 'the network',
    announce: () => {},
    measured: new MeasuredRtts(),
    replicaId: 'one',
    clock,
  });
  const placing = new Placing({
    edges: { candidates, reserve: () => {} },
    locate,
    networkRtts,
    estimateRttMs,
    announce: () => {},
    replicaId: 'one',
    policy: defaultPlacementPolicy,
    rebalancing: defaultRebalancePolicy,
    clock,
  });
  const edgeFor = (address: string) => placing.choose({ address }, profile, nobody, undefined).edgeId;
  return { networkRtts, placing, edgeFor };
}

it('one who lies about round trips draws nobody of its network across the world', () => {
  const { networkRtts, edgeFor } = setUp();
  const rttMs = new Map([['ap-southeast-2', 0]]);
  for (let time = 0; time < 20; time++) networkRtts.learn({ address: 'liar', rttMs });
  expect(edgeFor('neighbour')).toBe('eu-central-1');
});

it('a network is near the edges it measured, though its place is taken for another', () => {
  const { networkRtts, edgeFor } = setUp({ one: 'ap-southeast-2', another: 'ap-southeast-2' });
  expect(edgeFor('another')).toBe('ap-southeast-2');
  const rttMs = new Map([
    ['eu-west-3', 5],
    ['ap-southeast-2', 280],
  ]);
  for (let time = 0; time < 3; time++) networkRtts.learn({ address: 'one', rttMs });
  expect(edgeFor('another')).toBe('eu-west-3');
});

it('the way to a publisher counts though the edge it is on takes nobody more', () => {
  const { placing } = setUp();
  const usage = { participants: new Map([['ap-southeast-2', 1]]), originIds: ['ap-southeast-2'] };
  const excluded = new Set(['ap-southeast-2']);
  const { candidates } = placing.choose({ address: 'a' }, profile, usage, undefined, excluded);
  const scoreOf = (id: string) => candidates.find(({ edgeId }) => edgeId === id)?.score;
  const wayMs = estimateRttMs(placeOf('eu-west-3'), placeOf('ap-southeast-2')) / 2;
  expect(candidates).toHaveLength(2);
  expect(scoreOf('eu-west-3')).toBeGreaterThan(wayMs);
});
