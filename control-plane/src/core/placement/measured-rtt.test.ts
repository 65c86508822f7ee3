import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MeasuredRtts } from './measured-rtt.ts';

const minute = 60_000;

describe('MeasuredRtts', () => {
  it('believes a fresh measurement much more than the estimate', () => {
    const rtts = new MeasuredRtts();
    rtts.observe('net', 'fra', 40, 0);
    expect(rtts.recall('net', 0).get('fra')).toEqual({ rttMs: 40, weight: 0.8 });
  });

  it('returns to the estimate as the measurement ages', () => {
    const rtts = new MeasuredRtts({ halfLifeMs: 10 * minute });
    rtts.observe('net', 'fra', 40, 0);
    const weights = [0, 10, 20, 40].map((at) => rtts.recall('net', at * minute).get('fra')?.weight ?? 0);
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
    expect(weights[1]).toBeCloseTo(0.5 / 0.75);
    expect(rtts.recall('net', 120 * minute).get('fra')).toBeUndefined();
  });

  it('learns a changed route soon, however much it remembers', () => {
    const rtts = new MeasuredRtts();
    for (let index = 0; index < 1_000; index++) rtts.observe('net', 'fra', 40, 0);
    for (let index = 0; index < 16; index++) rtts.observe('net', 'fra', 90, 1);
    expect(rtts.recall('net', 1).get('fra')?.rttMs).toBeGreaterThan(80);
  });

  it('keeps networks and edges apart', () => {
    const rtts = new MeasuredRtts();
    rtts.observe('net a', 'fra', 40, 0);
    rtts.observe('net a', 'syd', 290, 0);
    rtts.observe('net b', 'fra', 50, 0);
    expect([...rtts.recall('net a', 0)].map(([id, { rttMs }]) => [id, rttMs])).toEqual([
      ['fra', 40],
      ['syd', 290],
    ]);
    expect(rtts.recall('net c', 0).size).toBe(0);
  });

  it('stays within its bounds and drops what was measured longest ago', () => {
    const rtts = new MeasuredRtts({ maxNetworks: 10, maxEdgesPerNetwork: 3 });
    for (let index = 0; index < 100; index++) {
      rtts.observe('kept', 'fra', 40, index);
      rtts.observe('kept', `edge ${index}`, 40, index);
      rtts.observe(`net ${index}`, 'fra', 40, index);
    }
    expect(rtts.networkCount).toBe(10);
    expect(rtts.recall('net 0', 100).size).toBe(0);
    expect([...rtts.recall('kept', 100).keys()].sort()).toEqual(['edge 98', 'edge 99', 'fra']);
  });

  it('is taken up where it was left, as much worth as it would be by now', () => {
    const [before, after] = [new MeasuredRtts(), new MeasuredRtts()];
    for (const rttMs of [40, 50, 60]) before.observe('net', 'fra', rttMs, 0);
    before.observe('net', 'syd', 290, minute);
    after.restore('net', before.samples('net', 5 * minute), 5 * minute);
    for (const [edgeId, { rttMs, weight }] of before.recall('net', 20 * minute)) {
      const restored = after.recall('net', 20 * minute).get(edgeId);
      expect(restored?.rttMs).toBe(rttMs);
      expect(restored?.weight).toBeCloseTo(weight);
    }
    expect(before.samples('net', 200 * minute)).toEqual([]);
  });

  it('takes up nothing in the place of what it knows itself, and no more than it may hold', () => {
    const rtts = new MeasuredRtts({ maxNetworks: 2, maxEdgesPerNetwork: 2, maxWeight: 4 });
    const old = (edgeId: string) => ({ edgeId, rttMs: 10, weight: 100 });
    rtts.observe('known', 'fra', 40, minute);
    for (const network of ['known', 'other', 'one too many']) rtts.restore(network, [old('fra')], 0);
    expect(rtts.recall('known', minute).get('fra')?.rttMs).toBe(40);
    expect(rtts.networkCount).toBe(2);
    expect(rtts.samples('other', 0)).toEqual([{ edgeId: 'fra', rttMs: 10, weight: 4 }]);
    const full = new MeasuredRtts({ maxEdgesPerNetwork: 2 });
    full.restore('net', ['a', 'b', 'c'].map(old), 0);
    expect(full.samples('net', 0).map(({ edgeId }) => edgeId)).toEqual(['b', 'c']);
  });

  it('lies within what was measured, with a weight between 0 and 1', () => {
    const sample = fc.record({ rttMs: fc.double({ min: 0, max: 1_000, noNaN: true }), afterMs: fc.nat(minute) });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1 }), (samples) => {
        const rtts = new MeasuredRtts();
        let now = 0;
        for (const { rttMs, afterMs } of samples) {
          now += afterMs;
          rtts.observe('net', 'fra', rttMs, now);
        }
        const values = samples.map(({ rttMs }) => rttMs);
        const { rttMs, weight } = rtts.recall('net', now).get('fra') ?? { rttMs: -1, weight: -1 };
        expect(rttMs).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(rttMs).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        expect(weight).toBeGreaterThan(0.79);
        expect(weight).toBeLessThan(1);
      }),
    );
  });
});
