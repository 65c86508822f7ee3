import type { ReceptionCounts } from '@canopy/proto/signal';
import { expect, it } from 'vitest';
import { noReception } from '../../core/meeting/reception.ts';
import { Receptions } from './receptions.ts';

const seeing = (count: number) => ({ ...noReception, screens: [{ trackId: 'slides', count }] });
const seenBy = (receptions: Receptions, own: number) => receptions.round(seeing(own)).screens[0]?.count;

/** And what it tells other replicas. */
function counting() {
  const told: ReceptionCounts[] = [];
  return { receptions: new Receptions((own) => told.push(own)), told };
}

it('adds what other replicas count last, and knows no change by its object', () => {
  const { receptions } = counting();
  receptions.heard({ replicaId: 'two', counts: seeing(5) });
  receptions.heard({ replicaId: 'three', counts: seeing(1) });
  const all = receptions.round(seeing(2));
  expect(all.screens).toEqual([{ trackId: 'slides', count: 8 }]);
  expect(receptions.round(seeing(2))).toBe(all);
  receptions.heard({ replicaId: 'two', counts: seeing(7) });
  expect(seenBy(receptions, 2)).toBe(10);
});

it('tells other replicas what changed, and every few rounds what did not', () => {
  const { receptions, told } = counting();
  const toldAfter = [1, 1, 1, 1, 1, 1, 2, 2].map((count) => {
    receptions.round(seeing(count));
    return told.length;
  });
  expect(toldAfter).toEqual([1, 1, 1, 1, 1, 2, 3, 3]);
});

it('tells them at once when it counts no more, and when it counts again', () => {
  const { receptions, told } = counting();
  receptions.stop();
  for (const _ of [1, 2]) {
    receptions.round(seeing(2));
    receptions.stop();
    receptions.stop();
  }
  expect(told).toEqual([seeing(2), noReception, seeing(2), noReception]);
});

it('forgets a replica that is silent, but not one that says the same again', () => {
  const { receptions } = counting();
  receptions.heard({ replicaId: 'gone', counts: seeing(100) });
  for (let round = 0; round < 12; round++) {
    receptions.heard({ replicaId: 'two', counts: seeing(10) });
    expect(seenBy(receptions, 1)).toBe(111);
  }
  expect(seenBy(receptions, 1)).toBe(11);
});

it('begins anew where it was not counted for a while', () => {
  const { receptions } = counting();
  receptions.heard({ replicaId: 'two', counts: seeing(5) });
  receptions.stop();
  expect(seenBy(receptions, 2)).toBe(2);
});
