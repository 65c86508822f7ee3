import { expect, it } from 'vitest';
import type { Caption } from './captions.ts';
import { subtitles } from './subtitles.ts';

const stretch = { from: 10_000, to: 20_000 };
const tile = { x: 640, y: 0, width: 640, height: 720 };

/** What one name becomes that is seen for a while. */
function lines(caption: Partial<Caption>, ...spans: [from: number, to: number][]): string[] {
  const places = spans.map(([from, to]) => ({ partId: undefined, participantId: 'ada', from, to, tile }));
  const whole = subtitles([{ text: 'Ada', fontSize: 20, isOfCard: false, places, ...caption }], stretch);
  return whole.split('\n').filter((line) => line.startsWith('Dialogue: '));
}

it('puts a name in the middle of a card, and in the lower left corner of a picture', () => {
  expect(lines({ isOfCard: true }, [10_000, 12_000])).toEqual([
    'Dialogue: 0:00:00.00,0:00:01.98,Card,{\\pos(960,360)\\fs23}Ada',
  ]);
  expect(lines({}, [10_000, 12_000])).toEqual(['Dialogue: 0:00:00.00,0:00:01.98,Picture,{\\pos(654,706)\\fs23}Ada']);
});

it('shows a name in the pictures in which its tile is, wherever between two pictures that begins', () => {
  const spans = lines({}, [9_000, 12_001], [12_001, 12_040], [12_041, 70_000]).map((line) => line.split(',', 2));
  expect(spans).toEqual([
    ['Dialogue: 0:00:00.00', '0:00:02.02'],
    ['Dialogue: 0:00:02.02', '0:00:02.02'],
    ['Dialogue: 0:00:02.06', '0:00:59.98'],
  ]);
});

it('takes nothing in a name for a command', () => {
  expect(lines({ text: '{\\b1}\\N, {}' }, [10_000, 12_000])[0]).toMatch(/\\fs23}\\{∖b1}∖N, \\{}$/);
});
