import { expect, it } from 'vitest';
import { type Loudness, speakersOf, windowMs } from './speakers.ts';

const span = { from: 0, to: 20_000 };

function voice(participantId: string, from: number, to: number, level = -20): Loudness[] {
  return Array.from({ length: (to - from) / windowMs }, (_, i) => ({ participantId, at: from + i * windowMs, level }));
}

it('shows somebody from their first word until another one speaks', () => {
  const found = speakersOf([...voice('ada', 1_000, 4_000), ...voice('ben', 8_000, 20_000)], span);
  expect(found.map(({ participantId }) => participantId)).toEqual(['ada', 'ben']);
  const [ada, ben] = found;
  for (const [seen, spoke] of [
    [ada?.from, 1_000],
    [ben?.from, 8_000],
  ] as const)
    expect(Math.abs((seen ?? 0) - spoke)).toBeLessThanOrEqual(1_000);
  expect(ada?.to).toBe(ben?.from);
  expect(ben?.to).toBe(20_000);
});

it('keeps who came into view for two seconds, however fast people answer each other', () => {
  const talk = Array.from({ length: 20 }, (_, i) => voice(i % 2 === 0 ? 'ada' : 'ben', i * 1_000, (i + 1) * 1_000));
  const found = speakersOf(talk.flat(), span);
  expect(found.length).toBeGreaterThan(2);
  for (const { from, to } of found.slice(0, -1)) expect(to - from).toBeGreaterThanOrEqual(2_000);
});

it('keeps the one who speaks when another one begins to speak too', () => {
  const found = speakersOf([...voice('ada', 0, 20_000), ...voice('ben', 5_000, 20_000)], span);
  expect(found).toEqual([{ participantId: 'ada', from: 0, to: 20_000 }]);
});

it('heeds no cough, no hum of a room, and nobody after ten seconds of silence', () => {
  const cough = voice('ben', 6_000, 6_400);
  const hum = voice('cleo', 0, 20_000, -60);
  const found = speakersOf([...voice('ada', 0, 2_000), ...cough, ...hum], span);
  expect(found).toMatchObject([{ participantId: 'ada', from: 0 }]);
  expect(found[0]?.to).toBeLessThanOrEqual(12_000);
  expect(speakersOf(hum, span)).toEqual([]);
});
