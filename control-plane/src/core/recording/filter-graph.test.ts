import { expect, it } from 'vitest';
import { filterGraph } from './filter-graph.ts';

const stretch = { from: 10_000, to: 20_000 };
const tile = { x: 640, y: 0, width: 640, height: 720 };

it('places a picture where and when it is seen, and shifts it to when it began', () => {
  const placed = [{ partId: 'cam', from: 12_000, to: 20_000, tile }];
  const graph = filterGraph([{ partId: 'cam', kind: 'video', startsAt: 12_000 }], placed, stretch);
  expect(graph).toContain('[0:v]setpts=PTS-STARTPTS+(2.000)/TB');
  expect(graph).toContain("overlay=x=640+(640-w)/2:y=0+(720-h)/2:eof_action=pass:enable='gte(t,2.000)*lt(t,10.000)'");
});

it('mixes all sounds onto silence, also one that began before', () => {
  const inputs = [
    { partId: 'a', kind: 'audio', startsAt: 5_000 },
    { partId: 'b', kind: 'audio', startsAt: 15_000 },
  ] as const;
  const graph = filterGraph(inputs, [], stretch);
  expect(graph).toContain('[0:a]asetpts=PTS-STARTPTS+(-5.000)/TB');
  expect(graph).toContain('[silence][sound0][sound1]amix=inputs=3');
});
