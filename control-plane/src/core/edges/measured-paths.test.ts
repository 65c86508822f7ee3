import { expect, test } from 'vitest';
import { MeasuredPaths } from './measured-paths.ts';

const to = (edgeId: string, rttMs = 20) => ({ edgeId, rttMs, loss: 0, unanswered: 0 });

test('what an edge told before counts for a minute beside what it tells now', () => {
  const paths = new MeasuredPaths();
  const known = () => ['syd', 'iad', 'gru', 'sin'].map((id) => paths.between('fra', id)?.rttMs);
  paths.heard('fra', [to('syd', 280), to('iad', 90)], 0);
  paths.heard('fra', [to('gru', 200), to('iad', 95)], 40_000);
  expect(known()).toEqual([280, 95, 200, undefined]);
  expect(paths.between('syd', 'fra')).toBeUndefined();
  paths.heard('fra', [to('sin', 160)], 60_000);
  expect(known()).toEqual([undefined, 95, 200, 160]);
});

test('an edge that does not answer any more keeps what was measured, one that never did has nothing', () => {
  const paths = new MeasuredPaths();
  paths.heard('fra', [to('iad', 90), to('mute', 0)], 0);
  paths.heard('fra', [to('mute', 0)], 1);
  expect(['iad', 'mute'].map((id) => paths.between('fra', id)?.rttMs)).toEqual([90, undefined]);
});

test('of very many edges those measured longest ago are forgotten', () => {
  const paths = new MeasuredPaths();
  for (let index = 0; index < 1_200; index += 50)
    paths.heard(
      'fra',
      Array.from({ length: 50 }, (_, offset) => to(`edge ${index + offset}`)),
      index,
    );
  const isKnown = (index: number) => paths.between('fra', `edge ${index}`) !== undefined;
  expect([isKnown(199), isKnown(200), isKnown(1_199)]).toEqual([false, true, true]);
});
