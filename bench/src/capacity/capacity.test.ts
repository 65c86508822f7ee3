import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { options, run } from '../benches/capacity.ts';
import { twelveRegions } from '../region-data.ts';
import { type Assumptions, participantsPerEdge } from './assumptions.ts';
import { capacityFor } from './capacity.ts';
import { populationShares } from './shares.ts';

const of: Assumptions = {
  mbit: 1.5,
  packetBytes: 1_250,
  usPerPacket: 10,
  consumers: 4,
  consumersPerWorker: 500,
  workers: 16,
  edgeGbit: 12.5,
  loadPercent: 60,
  spare: 1,
  openFrom: 50,
  stageMbit: 15,
  fanOut: 8,
  depth: 3,
  sessionsPerReplica: 10_000,
  edgeUsdPerHour: 0.7,
  replicaUsdPerHour: 0.17,
  servicesUsdPerHour: 0.5,
  internetTiers: [{ fromTb: 0, usdPerGb: 0.05 }],
  hoursPerMonth: 100,
};

const data = await twelveRegions();
const shares = populationShares(data);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('participantsPerEdge', () => {
  it('tells each limit by itself', () => {
    // 150 packets/s of 10 µs each on 9.6 cores; 9.6 × 500 / 4; 7.5 Gbit/s of 1.5 Mbit/s each.
    expect(participantsPerEdge(of)).toEqual({ packets: 6_400, consumers: 1_200, network: 5_000 });
  });
});

describe('capacityFor', () => {
  it('gives every participant a place, and every region its spare', () => {
    for (const participants of [1_000, 10_000, 100_000]) {
      const { regions, edges, perEdge } = capacityFor(participants, shares, data, of);
      expect(sum(Object.values(regions).map((region) => region.participants))).toBe(participants);
      expect(sum(Object.values(regions).map((region) => region.edges))).toBe(edges);
      for (const region of Object.values(regions))
        expect((region.edges - of.spare) * perEdge).toBeGreaterThanOrEqual(region.participants);
    }
  });

  it('opens no region for a handful of people', () => {
    const few = capacityFor(100, shares, data, of);
    expect(Object.keys(few.regions).length).toBeLessThan(3);
    expect(Object.keys(capacityFor(10_000, shares, data, of).regions)).toHaveLength(12);
  });

  it('counts media to participants and between regions by the hour', () => {
    const { usdPerHour, cascade } = capacityFor(10_000, shares, data, of);
    // 15 Gbit/s for an hour are 6,750 GB.
    expect(usdPerHour.internet).toBeCloseTo(337.5);
    expect(cascade.gbPerHour).toBeCloseTo(6.75);
    expect(cascade.usdPerGb).toBeLessThan(cascade.starUsdPerGb);
  });

  it('asks less for a GB the more hours of a month there are', () => {
    const internetTiers = [...of.internetTiers, { fromTb: 675, usdPerGb: 0.01 }];
    const internet = (hoursPerMonth: number) =>
      capacityFor(10_000, shares, data, { ...of, internetTiers, hoursPerMonth }).usdPerHour.internet;
    expect(internet(100)).toBeCloseTo(337.5);
    expect(internet(1_024)).toBeLessThan(100);
  });

  it('counts what flows over backup ways by itself, and what there is once, once', () => {
    const [small, large] = [1_000, 100_000].map((participants) => capacityFor(participants, shares, data, of));
    for (const capacity of [small, large]) {
      const { total, ...parts } = capacity?.usdPerHour ?? { total: 0 };
      expect(parts).toMatchObject({ backups: expect.any(Number), services: 0.5 });
      expect(total).toBeCloseTo(sum(Object.values(parts)), 1);
    }
    expect(large?.usdPerHour.backups).toBeGreaterThan(0);
  });

  it('says how many edges no cascade of that depth and fan-out reaches', () => {
    const narrow = capacityFor(10_000, shares, data, { ...of, fanOut: 2 });
    expect(narrow.edges).toBeGreaterThan(1 + 2 + 2 ** 2 + 2 ** 3);
    expect(narrow.cascade.unreached).toBeGreaterThan(0);
    expect(capacityFor(10_000, shares, data, of).cascade.unreached).toBe(0);
  });
});

it('is in the documentation as it is computed', async () => {
  const text = await readFile(new URL('../../../docs/capacity.md', import.meta.url), 'utf8');
  const written = [...text.matchAll(/^\| ([\d,]+ \|.*) \|$/gm)].map(([, row]) =>
    (row ?? '').replaceAll(',', '').split(' | '),
  );
  const defaults = Object.entries(options).map(([option, spec]) => [
    option,
    'default' in spec ? spec.default : undefined,
  ]);
  const { capacities } = await run(Object.fromEntries(defaults));
  expect(written).toEqual(
    capacities.map(({ usdPerHour: usd, cascade, ...of }) => [
      ...[of.participants, Object.keys(of.regions).length, of.edges, of.replicas, of.egressGbit, cascade.depth].map(
        String,
      ),
      ...[usd.edges, usd.internet].map((dollars) => dollars.toFixed(0)),
      ...[usd.betweenRegions, usd.backups].map((dollars) => dollars.toFixed(2)),
      (usd.controlPlane + usd.services).toFixed(1),
      of.usdPerParticipantHour.toFixed(3),
    ]),
  );
});
