import type { RttsMeasured } from '@canopy/proto/bus';
import { VirtualClock } from '@canopy/runtime/clock';
import { beforeEach, expect, it } from 'vitest';
import { MeasuredRtts } from '../../core/placement/measured-rtt.ts';
import { edge, placeOf } from '../../core/placement/testing/builders.ts';
import { NetworkRtts } from './network-rtts.ts';

const [frankfurt, sydney] = ['eu-central-1', 'ap-southeast-2'];

let clock: VirtualClock;
let said: RttsMeasured[];

beforeEach(() => {
  [clock, said] = [new VirtualClock(), []];
});

/** Addresses are in Frankfurt; the network of one is its first letter. */
function replica(replicaId: string): NetworkRtts {
  return new NetworkRtts({
    edges: { candidates: () => [edge(frankfurt), edge(sydney)] },
    locate: () => placeOf(frankfurt),
    networkOf: (address) => address.at(0),
    announce: (measured) => said.push(measured),
    measured: new MeasuredRtts(),
    replicaId,
    clock,
  });
}

const remembered = (rtts: NetworkRtts, address: string) =>
  [...(rtts.recall(address) ?? [])].map(([edgeId, { rttMs }]) => [edgeId, rttMs]);

it('tells the others of networks, not of addresses, once a second at most, and of nothing twice', () => {
  const [one, two] = [replica('one'), replica('two')];
  const stop = one.run();
  for (const ms of [20, 30]) one.learn({ address: 'a1', rttMs: new Map([[frankfurt, ms]]) });
  one.learn({ address: 'b1', rttMs: new Map([[frankfurt, 40]]) });
  expect(said).toEqual([]);
  clock.advance(3_000);
  stop();
  const of = (network: string, rttMs: number) => ({ network, rtts: [{ edgeId: frankfurt, rttMs }] });
  expect(said).toEqual([{ replicaId: 'one', networks: [of('a', 30), of('b', 40)] }]);
  for (const measured of said) two.heard(measured);
  expect(remembered(two, 'a2')).toEqual([[frankfurt, 30]]);
});

it('tells nobody’s lie: what it says is not below what light needs', () => {
  const one = replica('one');
  const stop = one.run();
  one.learn({ address: 'liar', rttMs: new Map([[sydney, 1]]) });
  clock.advance(1_000);
  stop();
  expect(said[0]?.networks[0]?.rtts[0]?.rttMs).toBeGreaterThan(50);
});

it('does not tell of those who say they are elsewhere', () => {
  const one = replica('one');
  const stop = one.run();
  one.learn({ address: 'a1', location: placeOf(sydney), rttMs: new Map([[sydney, 5]]) });
  clock.advance(1_000);
  stop();
  expect(said).toEqual([]);
});

it('does not count what it said itself once more, and drops what is no round trip to an edge there is', () => {
  const one = replica('one');
  const rtts = [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 5_001].map((rttMs) => ({ edgeId: frankfurt, rttMs }));
  const absurd = [...rtts, { edgeId: 'gone', rttMs: 20 }];
  one.heard({ replicaId: 'two', networks: [{ network: 'a', rtts: absurd }] });
  one.heard({ replicaId: 'one', networks: [{ network: 'a', rtts: [{ edgeId: frankfurt, rttMs: 20 }] }] });
  expect(remembered(one, 'a1')).toEqual([]);
});

it('says no more at a time in a rush', () => {
  const one = new NetworkRtts({
    edges: { candidates: () => [edge(frankfurt)] },
    locate: () => undefined,
    networkOf: (address) => address,
    announce: (measured) => said.push(measured),
    measured: new MeasuredRtts(),
    replicaId: 'one',
    clock,
  });
  const stop = one.run();
  for (let network = 0; network < 1_500; network += 1)
    one.learn({ address: `${network}`, rttMs: new Map([[frankfurt, 20]]) });
  clock.advance(1_000);
  stop();
  expect(said.map(({ networks }) => networks.length)).toEqual([1_000]);
});
