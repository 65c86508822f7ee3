import { expect, it } from 'vitest';
import { filterGraph } from './filter-graph.ts';

const stretch = { from: 10_000, to: 20_000 };
const tile = { x: 640, y: 0, width: 640, height: 720 };

it('places a picture where and when it is seen, and shifts it to when it began', () => {
  const placed = [{ partId: 'cam', participantId: 'ada', from: 12_000, to: 20_000, tile }];
  const graph = filterGraph([{ partId: 'cam', kind: 'video', startsAt: 12_000 }], placed, stretch, false);
  expect(graph).toContain('[0:v]setpts=PTS-STARTPTS+(2.000)/TB');
  const when = 'gte(t,2.000)*lt(t,10.000)';
  expect(graph).toContain(`overlay=x='640+(640-w)/2':y='0+(720-h)/2':enable='${when}':eof_action=pass`);
});

it('scales a picture once for each size, however often it moves', () => {
  const small = { x: 0, y: 576, width: 256, height: 144 };
  const placed = [
    { partId: 'cam', participantId: 'ada', from: 10_000, to: 12_000, tile: small },
    { partId: 'cam', participantId: 'ada', from: 12_000, to: 14_000, tile },
    { partId: 'cam', participantId: 'ada', from: 14_000, to: 16_000, tile: { ...small, x: 256 } },
  ];
  const graph = filterGraph([{ partId: 'cam', kind: 'video', startsAt: 10_000 }], placed, stretch, false);
  expect(graph.match(/scale=/g)).toHaveLength(2);
  expect(graph).toContain('256*gte(t,4.000)*lt(t,6.000)');
});

it('mixes all sounds onto silence, also one that began before', () => {
  const inputs = [
    { partId: 'a', kind: 'audio', startsAt: 5_000 },
    { partId: 'b', kind: 'audio', startsAt: 15_000 },
  ] as const;
  const graph = filterGraph(inputs, [], stretch, false);
  expect(graph).toContain('[0:a]asetpts=PTS-STARTPTS+(-5.000)/TB');
  expect(graph).toContain('[silence][sound0][sound1]amix=inputs=3');
});

it('hears a sound no longer than until another part takes its place', () => {
  const graph = filterGraph([{ partId: 'a', kind: 'audio', startsAt: 5_000, until: 13_000 }], [], stretch, false);
  expect(graph).toContain('[0:a]asetpts=PTS-STARTPTS+(-5.000)/TB,atrim=start=0:end=3.000,');
});

it('shows a card where there is no picture, and draws names over all', () => {
  const places = [{ partId: undefined, participantId: 'ada', from: 10_000, to: 12_000, tile }];
  const graph = filterGraph([], places, stretch, true);
  expect(graph).toContain(
    `drawbox=x=642:y=2:w=636:h=716:color=0x262a31:t=fill:enable='gte(t,0.000)*lt(t,2.000)'[canvas0]`,
  );
  expect(graph).toContain('[canvas0]ass=f=captions.ass:fontsdir=fonts,format=yuv420p[picture]');
});
