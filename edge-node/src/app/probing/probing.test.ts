import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import type { Probe, ProbeDrop } from '../ports/probes.ts';
import { Probing } from './probing.ts';

/** Edge "a" amid a network that delivers what `way` says, and its own clock. */
function build(way: (to: string) => number | 'lost' = () => 20) {
  const clock = new VirtualClock();
  const sent: { probe: Probe; to: string }[] = [];
  const fates: string[] = [];
  const drops: ProbeDrop[] = [];
  const probing = new Probing({
    edgeId: 'a',
    token: 7n,
    clock,
    countProbe: (fate) => fates.push(fate),
    countDrop: (why) => drops.push(why),
    sender: {
      send(probe, to) {
        sent.push({ probe, to });
        const tripMs = way(to);
        if (probe.kind === 'answer' || tripMs === 'lost') return;
        clock.after(tripMs, () => probing.receive({ ...probe, kind: 'answer' }, to));
      },
    },
  });
  /** Lets that many seconds pass, with heartbeats of the others. */
  const run = (seconds: number, others: Readonly<Record<string, string>>) => {
    for (let second = 0; second < seconds; second++) {
      for (const [id, address] of Object.entries(others)) probing.hear(id, address);
      clock.advance(1_000);
    }
  };
  return { clock, probing, sent, fates, drops, run };
}

const b = '10.0.0.2:1';
const c = '10.0.0.3:1';

test('measures every edge it hears of', () => {
  const { probing, run } = build((to) => (to === b ? 20 : 80));
  run(10, { b, c });
  expect(probing.neighbours()).toEqual(
    expect.arrayContaining([
      { edgeId: 'b', rttMs: 20, loss: 0, unanswered: 0 },
      { edgeId: 'c', rttMs: 80, loss: 0, unanswered: 0 },
    ]),
  );
});

test('neither itself nor an edge that answers no probes is probed', () => {
  const { sent, run } = build();
  run(10, { a: '10.0.0.1:1', old: '' });
  expect(sent).toEqual([]);
});

test('unanswered probes count as lost, and no time is claimed', () => {
  const { probing, fates, run } = build(() => 'lost');
  run(20, { b });
  expect(probing.neighbours()).toEqual([{ edgeId: 'b', rttMs: 0, loss: 1, unanswered: 0 }]);
  expect(new Set(fates)).toEqual(new Set(['lost']));
});

test('an answer that comes too late is a lost probe, and is not counted twice', () => {
  const { probing, drops, run } = build(() => 1_900);
  run(20, { b });
  expect(probing.neighbours()).toMatchObject([{ rttMs: 0, loss: 1 }]);
  expect(drops).toContain('unasked');
});

test('an edge silent for a minute is no longer probed or reported', () => {
  const { probing, sent, run } = build();
  run(3, { b });
  run(63, {});
  const before = sent.length;
  run(30, {});
  expect(sent).toHaveLength(before);
  expect(probing.neighbours()).toEqual([]);
});

test('what was measured of an address is forgotten when the edge moves', () => {
  const { probing, run } = build((to) => (to === b ? 200 : 10));
  run(10, { b });
  run(10, { b: c });
  expect(probing.neighbours()).toEqual([{ edgeId: 'b', rttMs: 10, loss: 0, unanswered: 0 }]);
});

test('in a large mesh it sends 25 probes a second and reports the fifty probed last', () => {
  const { probing, sent, run } = build();
  const others = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`e${index}`, `10.1.0.${index}:1`]));
  run(20, others);
  expect(sent.length).toBeLessThanOrEqual(20 * 25);
  expect(sent.length).toBeGreaterThan(19 * 25);
  const reported = probing.neighbours().map(({ edgeId }) => edgeId);
  expect(new Set(reported).size).toBe(50);
});

test('a request is answered to where it came from, with what it said', () => {
  const { probing, sent } = build();
  probing.receive({ kind: 'request', token: 99n, sequence: 5 }, b);
  expect(sent).toEqual([{ probe: { kind: 'answer', token: 99n, sequence: 5 }, to: b }]);
});

test('an answer nobody asked for changes nothing', () => {
  const { probing, sent, drops, run } = build(() => 'lost');
  run(1, { b });
  const sequence = sent[0]?.probe.sequence ?? 0;
  probing.receive({ kind: 'answer', token: 8n, sequence }, b);
  probing.receive({ kind: 'answer', token: 7n, sequence: sequence + 1 }, b);
  expect(drops).toEqual(['unasked', 'unasked']);
  expect(probing.neighbours()).toEqual([]);
});

test('after this process stood still, what was under way is not held against the network', () => {
  let nowMs = 0;
  let tick = () => {};
  const fates: string[] = [];
  const probing = new Probing({
    edgeId: 'a',
    token: 7n,
    clock: {
      now: () => nowMs,
      monotonicMs: () => nowMs,
      after: () => () => {},
      every: (_, callback) => {
        tick = callback;
        return () => {};
      },
    },
    countProbe: (fate) => fates.push(fate),
    countDrop: () => {},
    sender: { send: () => {} },
  });
  probing.hear('b', b);
  tick();
  nowMs = 30_000;
  tick();
  expect(fates).toEqual([]);
  expect(probing.neighbours()).toEqual([]);
});
