import { EdgeHeartbeat } from '@canopy/proto/bus';
import { expect, test } from 'vitest';
import { neighbourViews } from './neighbour-views.ts';

/** An edge that says of others how many probes in a row they left unanswered; undefined: they never answered. */
function beat(edgeId: string, unanswered: Record<string, number | undefined>): EdgeHeartbeat {
  const neighbours = Object.entries(unanswered).map(([id, count]) => ({
    edgeId: id,
    rttMs: count === undefined ? 0 : 20,
    loss: 0,
    unanswered: count ?? 0,
  }));
  return EdgeHeartbeat.fromPartial({ edgeId, neighbours });
}

test('an edge that nobody hears is seen as deaf by those who hear others, and its own complaints are its own fault', () => {
  const views = neighbourViews([beat('a', { b: 0, c: 5 }), beat('b', { a: 0, c: 5 }), beat('c', { a: 5, b: 5 })]);
  expect(views.get('c')).toEqual([
    { unanswered: 5, hearsOthers: true },
    { unanswered: 5, hearsOthers: true },
  ]);
  expect(views.get('a')).toEqual([
    { unanswered: 0, hearsOthers: false },
    { unanswered: 5, hearsOthers: false },
  ]);
});

test('an edge that never answered is judged by nobody', () => {
  expect(neighbourViews([beat('a', { b: undefined }), beat('b', {})]).get('b')).toEqual([]);
});

test('edges that are not there are not spoken of', () => {
  expect([...neighbourViews([beat('a', { gone: 3 })]).keys()]).toEqual(['a']);
});
