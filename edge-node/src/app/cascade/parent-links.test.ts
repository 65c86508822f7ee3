import { CanopyError } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import { backup, never, parent, toyLinks } from '../../testing/toy-links.ts';
import { settled } from '../../testing/toy-upstream.ts';

test('a link that its parent ends while its pipe is being connected is told as lost, and another one opened', async () => {
  const { workers, streams, lost, parentLinks } = toyLinks();
  workers.onPipe = (pipe) => {
    if (workers.pipes.length === 1) pipe.onConnecting = () => streams[0]?.end();
  };
  expect(await parentLinks.with(parent, async ({ up }) => up)).toBe(true);
  expect([streams.length, lost.map(({ parentEdgeId }) => parentEdgeId)]).toEqual([2, ['parent']]);
  expect([workers.pipes.map(({ closed }) => closed), parentLinks.size]).toEqual([[true, true], 0]);
  expect(workers.routers.every(({ closed }) => closed)).toBe(true);
});

test('links that are opened at once end on one worker, also where the first of them takes the last place there', async () => {
  const { workers, routers, parentLinks } = toyLinks();
  const seven = await Promise.all(Array.from({ length: 7 }, () => routers.acquire({ workerIndex: 0 })));
  await Promise.all([parentLinks.with(parent, async () => {}), parentLinks.with(backup, async () => {})]);
  expect(workers.pipes.map(({ workerIndex }) => workerIndex)).toEqual([0, 0]);
  for (const lease of seven) lease.release();
});

test('a parent that does not answer is told as lost, one that refuses after the fifth attempt, and again after as many', async () => {
  const { clock, streams, lost, parentLinks } = toyLinks(false);
  const attempt = () => expect(parentLinks.with(parent, never)).rejects.toMatchObject({ code: expect.any(String) });
  const silent = attempt();
  await settled();
  clock.advance(3_000);
  await silent;
  expect(lost).toEqual([{ meetingId: 'm', parentEdgeId: 'parent', switchedToBackup: false, mediaFlows: false }]);
  for (let refusals = 1; refusals <= 10; refusals++) {
    const refused = attempt();
    await settled();
    streams.at(-1)?.end(new CanopyError('EDGE_UNREACHABLE'));
    await refused;
    expect(lost).toHaveLength(1 + Math.floor(refusals / 5));
  }
});

test('what arrives is told without waiting for links that are being opened', async () => {
  const { streams, parentLinks } = toyLinks(false);
  const refused = expect(parentLinks.with(parent, never)).rejects.toMatchObject({ code: 'EDGE_UNREACHABLE' });
  expect(await parentLinks.receivedBps()).toEqual([]);
  await settled();
  streams[0]?.end(new CanopyError('EDGE_UNREACHABLE'));
  await refused;
});

test('a parent that says why it takes no link is within reach', async () => {
  const { streams, lost, parentLinks } = toyLinks(false);
  for (const code of ['EDGE_UNREACHABLE', 'EDGE_OVERLOADED'] as const) {
    for (let refusals = 1; refusals <= 4; refusals++) {
      const refused = expect(parentLinks.with(parent, never)).rejects.toMatchObject({ code });
      await settled();
      streams.at(-1)?.end(new CanopyError(code));
      await refused;
    }
  }
  expect(lost).toEqual([]);
});
