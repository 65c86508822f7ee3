import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeEdges, defaultQuarantineLimits as limits, neverQuarantined, type Quarantine } from './quarantine.ts';
import type { Reachability } from './reachability.ts';

const witness = (networks: number) =>
  fc.record({
    participantId: fc.integer({ max: 20, min: 0 }).map(String),
    network: fc.integer({ max: networks - 1, min: 0 }).map(String),
    at: fc.integer({ max: 300_000, min: 0 }),
  });

const reachability = (networks = 6) =>
  fc.record({
    failures: fc.array(witness(networks), { maxLength: 30 }),
    successes: fc.array(witness(networks), { maxLength: 10 }),
    neighbours: fc.array(fc.record({ unanswered: fc.nat(6), hearsOthers: fc.boolean() }), { maxLength: 8 }),
  });

const looks = fc.array(fc.array(reachability(), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 12 });

/** Looks every five seconds, each at other evidence. */
function* judgements(evidence: readonly (readonly Reachability[])[]) {
  let present = new Map<string, Quarantine>();
  let now = 300_000;
  for (const look of evidence) {
    const edges = look.map((one, index) => {
      const edgeId = `edge-${index}`;
      return { edgeId, present: present.get(edgeId) ?? neverQuarantined, reachability: one };
    });
    const next = judgeEdges(edges, limits, now);
    yield { edges, next, now };
    present = new Map(next);
    now += 5_000;
  }
}

test('half of the edges stay, whatever speaks against them', () => {
  fc.assert(
    fc.property(looks, (evidence) => {
      for (const { edges, next } of judgements(evidence)) {
        const closed = [...next.values()].filter(({ state }) => state === 'quarantined').length;
        expect(next.size).toBe(edges.length);
        expect(closed).toBeLessThanOrEqual(edges.length / 2);
      }
    }),
  );
});

test('one network, whoever and however many are in it, quarantines no edge that neighbours hear', () => {
  fc.assert(
    fc.property(fc.array(reachability(1), { minLength: 2, maxLength: 6 }), (evidence) => {
      const heard = evidence.map((one) => ({ ...one, neighbours: [{ unanswered: 0, hearsOthers: true }] }));
      for (const { next } of judgements([heard, heard]))
        for (const { state } of next.values()) expect(state).toBe('clear');
    }),
  );
});

test('nobody is let out before the time is over, unless others need the room', () => {
  fc.assert(
    fc.property(looks, (evidence) => {
      for (const { edges, next, now } of judgements(evidence)) {
        for (const { edgeId, present } of edges) {
          if (present.state !== 'quarantined' || present.until <= now) continue;
          const crowded = edges.filter((one) => one.present.state === 'quarantined').length > edges.length / 2;
          if (!crowded) expect(next.get(edgeId)?.state).toBe('quarantined');
        }
      }
    }),
  );
});
