import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loudest } from './loudest.ts';
import { forgottenAfterMs, speechLevel, staysMs, Voice } from './voice.ts';

const everyMs = 250;
const quiet = -80;

/** Microphones by name, measured every quarter of a second; as many places as it says. */
function meeting(places: number, names: string) {
  const voices = new Map(names.split('').map((name) => [name, new Voice()]));
  let chosen: ReadonlySet<Voice> = new Set();
  let now = 0;
  const named = () => [...voices].flatMap(([name, voice]) => (chosen.has(voice) ? [name] : [])).join('');
  return {
    voices,
    /** Who is chosen after each look in that time, while these speak at these levels and all others are silent. */
    pass: (ms: number, levels: Record<string, number> = {}) => {
      const seen: string[] = [];
      for (const until = now + ms; now < until; ) {
        now += everyMs;
        for (const [name, voice] of voices) voice.measure(levels[name] ?? quiet, now);
        chosen = loudest([...voices.values()], places, chosen, now);
        seen.push(named());
      }
      return seen;
    },
    leave: (name: string) => voices.delete(name),
  };
}

test('where there are places for all, all are chosen, whoever speaks', () => {
  const { pass } = meeting(3, 'abc');
  expect(new Set([...pass(3_000), ...pass(3_000, { a: -20 }), ...pass(3_000, { a: -20, b: -30 })])).toEqual(
    new Set(['abc']),
  );
});

test('whoever begins to speak is chosen at the next look, in place of who has been silent longest', () => {
  const { pass } = meeting(2, 'abcd');
  pass(1_000, { a: -30 });
  pass(staysMs, { b: -30 });
  expect(pass(everyMs, { c: -50 })).toEqual(['bc']);
});

test('whoever falls silent stays as long as nobody else speaks', () => {
  const { pass } = meeting(2, 'abcd');
  pass(1_000, { c: -30, d: -40 });
  expect(new Set(pass(60_000))).toEqual(new Set(['cd']));
});

test('whoever falls silent while others want the place stays for a pause between two sentences', () => {
  const { pass } = meeting(1, 'ab');
  pass(1_000, { a: -30 });
  expect(new Set(pass(staysMs - everyMs, { b: -30 }))).toEqual(new Set(['a']));
  expect(pass(everyMs, { b: -30 })).toEqual(['b']);
});

test('of more who speak at once than there are places, the loudest are chosen', () => {
  const { pass } = meeting(2, 'abcd');
  expect(pass(everyMs, { a: -40, b: -20, c: -35, d: -30 })).toEqual(['bd']);
});

test('somebody who is much louder need not wait, somebody who is as loud takes no turns with others', () => {
  const { pass } = meeting(1, 'ab');
  pass(1_000, { a: -40 });
  expect(new Set(pass(10_000, { a: -40, b: -35 }))).toEqual(new Set(['a']));
  expect(pass(everyMs, { a: -40, b: -30 })).toEqual(['b']);
});

test('noise that is no speech puts nobody aside', () => {
  const { pass } = meeting(1, 'ab');
  pass(1_000, { b: -30 });
  expect(new Set(pass(10_000, { a: speechLevel - 1 }))).toEqual(new Set(['b']));
});

test('a place that becomes free goes to who spoke last', () => {
  const { pass, leave } = meeting(2, 'abcde');
  pass(1_000, { c: -30 });
  pass(1_000, { d: -50, a: -20 });
  pass(2 * staysMs);
  leave('a');
  expect(pass(everyMs)).toEqual(['cd']);
});

test('what is not measured any more is soon not known', () => {
  const voice = new Voice();
  expect(voice.known(0)).toBe(false);
  voice.measure(quiet, 0);
  expect([voice.known(forgottenAfterMs - 1), voice.known(forgottenAfterMs)]).toEqual([true, false]);
});

test('all places are taken, and nobody is left out who is much louder than somebody chosen', () => {
  const names = 'abcdefgh';
  const look = fc.array(fc.integer({ min: -127, max: 0 }), { minLength: names.length, maxLength: names.length });
  const looks = fc.array(look, { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), looks, (places, looked) => {
      const { pass, voices } = meeting(places, names);
      for (const [index, levels] of looked.entries()) {
        const byName = levels.map((level, which) => [names.charAt(which), level]);
        const [chosen = ''] = pass(everyMs, Object.fromEntries(byName));
        const loudness = (name: string) => voices.get(name)?.loudness((index + 1) * everyMs) ?? 0;
        const left = names
          .split('')
          .filter((name) => !chosen.includes(name))
          .map(loudness);
        expect(chosen).toHaveLength(Math.min(places, names.length));
        expect(Math.max(-127, ...left)).toBeLessThanOrEqual(Math.min(...chosen.split('').map(loudness)) + 6);
      }
    }),
  );
});
