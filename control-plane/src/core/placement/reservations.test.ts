import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReservationLedger } from './reservations.ts';

const edgeId = 'fra-1';
const settleMs = 2_000;

/** An edge whose clock is off by `skewMs` and whose reports take `transitMs`. */
class ReportingEdge {
  readonly #ledger: ReservationLedger;
  readonly #skewMs: number;
  bootId = 'boot 1';

  constructor(ledger: ReservationLedger, skewMs = 0) {
    this.#ledger = ledger;
    this.#skewMs = skewMs;
  }

  report(sentAt: number, arrivesAt = sentAt + 1): void {
    this.#ledger.report(edgeId, { bootId: this.bootId, sentAtMs: sentAt + this.#skewMs }, arrivesAt);
  }
}

describe('ReservationLedger', () => {
  it('counts a participant until a report that was sent long enough after it was placed', () => {
    const ledger = new ReservationLedger();
    const fra = new ReportingEdge(ledger);
    fra.report(10_000);
    ledger.reserve(edgeId, 10_500);
    expect(ledger.count(edgeId, 10_500)).toBe(1);
    fra.report(11_000);
    fra.report(12_000);
    expect(ledger.count(edgeId, 12_100)).toBe(1);
    fra.report(13_000);
    expect(ledger.count(edgeId, 13_100)).toBe(0);
  });

  it('is not fooled by a report that was sent before the join and arrives after it', () => {
    const ledger = new ReservationLedger();
    const fra = new ReportingEdge(ledger);
    fra.report(10_000);
    ledger.reserve(edgeId, 11_010);
    fra.report(11_000, 11_020);
    expect(ledger.count(edgeId, 11_020)).toBe(1);
    fra.report(11_005, 14_900);
    expect(ledger.count(edgeId, 14_900)).toBe(1);
  });

  it('does not compare clocks: an edge five minutes off is treated alike', () => {
    for (const skewMs of [-300_000, 300_000]) {
      const ledger = new ReservationLedger();
      const fra = new ReportingEdge(ledger, skewMs);
      fra.report(10_000);
      ledger.reserve(edgeId, 10_500);
      fra.report(11_000);
      expect(ledger.count(edgeId, 11_000)).toBe(1);
      fra.report(13_000);
      expect(ledger.count(edgeId, 13_001)).toBe(0);
    }
  });

  it('keeps the younger reservations when the older ones are reported', () => {
    const ledger = new ReservationLedger();
    const fra = new ReportingEdge(ledger);
    fra.report(10_000);
    ledger.reserve(edgeId, 10_200);
    ledger.reserve(edgeId, 11_900);
    fra.report(12_900);
    expect(ledger.count(edgeId, 12_901)).toBe(1);
  });

  it('ignores reports that are older than the last', () => {
    const ledger = new ReservationLedger();
    const fra = new ReportingEdge(ledger);
    fra.report(14_000);
    fra.report(10_000, 14_001);
    ledger.reserve(edgeId, 14_100);
    fra.report(15_000);
    expect(ledger.count(edgeId, 15_001)).toBe(1);
  });

  it('starts anew when the edge did', () => {
    const ledger = new ReservationLedger();
    const fra = new ReportingEdge(ledger);
    fra.report(10_000);
    ledger.reserve(edgeId, 10_100);
    fra.bootId = 'boot 2';
    fra.report(10_200);
    expect(ledger.count(edgeId, 10_201)).toBe(0);
  });

  it('ends every reservation after a while, reports or not', () => {
    const ledger = new ReservationLedger({ maxAgeMs: 5_000 });
    ledger.reserve(edgeId, 0);
    expect(ledger.count(edgeId, 4_999)).toBe(1);
    expect(ledger.count(edgeId, 5_000)).toBe(0);
  });

  it('forgets an edge', () => {
    const ledger = new ReservationLedger();
    ledger.reserve(edgeId, 0);
    ledger.forget(edgeId);
    expect(ledger.count(edgeId, 0)).toBe(0);
  });

  it('never drops a reservation before a report could show it, and never counts one twice', () => {
    const steps = fc.array(fc.record({ afterMs: fc.nat(700), join: fc.boolean(), transitMs: fc.nat(300) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (events) => {
        const ledger = new ReservationLedger({ maxAgeMs: 1e9 });
        const fra = new ReportingEdge(ledger);
        const joinedAt: number[] = [];
        let now = 0;
        let lastSent = 0;
        fra.report(0, 0);
        for (const { afterMs, join, transitMs } of events) {
          now += afterMs;
          if (join) {
            ledger.reserve(edgeId, now);
            joinedAt.push(now);
          } else {
            lastSent = Math.max(lastSent, now - transitMs);
            fra.report(now - transitMs, now);
          }
          const count = ledger.count(edgeId, now);
          // Transit blurs by up to 300 ms where on the edge's clock a join was.
          const unseen = joinedAt.filter((at) => at + settleMs - 300 > lastSent).length;
          const notYetSure = joinedAt.filter((at) => at + settleMs + 400 > lastSent).length;
          expect(count).toBeGreaterThanOrEqual(unseen);
          expect(count).toBeLessThanOrEqual(notYetSure);
        }
      }),
    );
  });
});
