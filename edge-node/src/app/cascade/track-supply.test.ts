import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { layerSettleMs } from '../../core/cascade/layer-demand.ts';
import { lostAfterMs, silentAfterMs, silentAloneAfterMs } from '../../core/cascade/silence.ts';
import { ToyFeed } from '../../testing/toy-feed.ts';
import { LocalPipes } from '../meeting/local-pipes.ts';
import { MeetingRouters } from '../meeting/meeting-routers.ts';
import { TrackSupply } from './track-supply.ts';
import { Way } from './way.ts';

/** Two ways of a track whose codec can't be merged, unless another is named. */
function twoWays(mimeType = 'video/VP9') {
  const routers = new MeetingRouters({ usage: () => [], openRouter: never, onDied: () => undefined }, 1);
  const pipes = new LocalPipes(routers);
  const [main, spare] = [new ToyFeed('main'), new ToyFeed('spare')];
  for (const { producer } of [main, spare]) Object.assign(producer, { mimeType });
  const clock = new VirtualClock();
  const [mainWay, spareWay] = [new Way(main, pipes, silentLogger), new Way(spare, pipes, silentLogger)];
  const supply = new TrackSupply(mainWay, spareWay, {
    pipes,
    clock,
    logger: silentLogger,
    idle: false,
  });
  const facts: string[] = [];
  for (const fact of ['switched', 'weakened', 'ended'] as const) supply.facts.on(fact, () => facts.push(fact));
  return { main, mainWay, spare, spareWay, supply, facts, clock };
}

async function never(): Promise<never> {
  throw new Error('not in this test');
}

test('a way that is lost is left for the other, and let go', () => {
  const { main, supply, facts } = twoWays();
  main.lose();
  expect(supply.inUse.feed.parentId).toBe('spare');
  expect([facts, main.released]).toEqual([['switched', 'weakened'], true]);
});

test('a spare way that is lost changes nothing but that there is none', () => {
  const { spare, supply, facts } = twoWays();
  spare.lose();
  expect(supply.inUse.feed.parentId).toBe('main');
  expect([facts, spare.released]).toEqual([['weakened'], true]);
});

test('a way whose media still comes stays in use when nobody tells about it any more', () => {
  const { main, supply, facts } = twoWays();
  main.neglect();
  expect(supply.inUse.feed.parentId).toBe('main');
  expect([facts, main.released]).toEqual([['weakened'], false]);
});

test('a way whose parent says that nothing came any more is left at once, if media comes the other way', () => {
  const { main, supply, facts } = twoWays();
  main.neglect(true);
  expect([supply.inUse.feed.parentId, facts]).toEqual(['spare', ['switched', 'weakened']]);

  const cold = twoWays();
  cold.spare.keptReady = true;
  cold.main.neglect(true);
  expect([cold.supply.inUse.feed.parentId, cold.spare.heldBack]).toEqual(['spare', false]);

  const slow = twoWays();
  slow.spare.received = { idleMs: 2 * silentAfterMs, busyMs: 0, patienceMs: 3 * silentAfterMs };
  slow.main.neglect(true);
  expect(slow.supply.inUse.feed.parentId).toBe('spare');
});

test('a way whose parent says that nothing came any more is kept where nothing comes the other way either', () => {
  const other = twoWays();
  other.spare.received = { idleMs: silentAfterMs, busyMs: 0 };
  other.main.neglect(true);
  expect([other.supply.inUse.feed.parentId, other.facts]).toEqual(['main', ['weakened']]);

  const alone = twoWays();
  alone.spare.neglect();
  alone.main.neglect(true);
  expect(alone.supply.inUse.feed.parentId).toBe('main');
});

test('viewers who would lose their consumers stay with what their parent still sends', async () => {
  const { main, supply } = twoWays();
  await supply.view(0, false);
  main.neglect(true);
  expect(supply.inUse.feed.parentId).toBe('main');
});

test('a silent way is left while the other carries media, and given up when it stays silent', () => {
  const { main, supply, facts } = twoWays();
  main.facts.emit('silent', { idleMs: silentAfterMs, busyMs: 0 });
  expect(supply.inUse.feed.parentId).toBe('spare');
  main.facts.emit('silent', { idleMs: lostAfterMs, busyMs: 0 });
  expect([facts, main.released]).toEqual([['switched', 'weakened'], true]);
});

test('viewers who would lose their consumers are not moved on a mere suspicion', async () => {
  const { main, supply } = twoWays();
  await supply.view(0, false);
  main.facts.emit('silent', { idleMs: silentAfterMs, busyMs: 0 });
  expect(supply.inUse.feed.parentId).toBe('main');
  main.facts.emit('silent', { idleMs: lostAfterMs, busyMs: 0 });
  expect(supply.inUse.feed.parentId).toBe('spare');
});

test('a viewer who takes two producers stays, and learns which of them carries media', async () => {
  const { main, spare, supply } = twoWays();
  const viewed = await supply.view(0, true);
  expect([viewed.producer, viewed.standby, viewed.usesStandby()]).toEqual([main.producer, spare.producer, false]);
  main.lose();
  expect([viewed.lasting, viewed.usesStandby(), supply.fragileViewers]).toEqual([true, true, 0]);
});

test('a way that may be held back flows while it is in use, and no longer', () => {
  const { main, mainWay, spare, supply } = twoWays();
  spare.keptReady = true;
  main.facts.emit('silent', { idleMs: silentAloneAfterMs, busyMs: 0 });
  expect(spare.heldBack).toBe(false);
  supply.prefer(mainWay);
  expect(spare.heldBack).toBe(true);
  main.lose();
  expect(spare.heldBack).toBe(false);
  supply.close();
  expect(spare.keepers).toBe(0);
});

test('a way that is left as planned flows on until its viewers have surely changed', () => {
  const { main, mainWay, spare, supply, clock } = twoWays('video/VP8');
  spare.keptReady = true;
  main.facts.emit('silent', { idleMs: silentAloneAfterMs, busyMs: 0 });
  supply.prefer(mainWay);
  clock.advance(layerSettleMs - 1);
  expect(spare.heldBack).toBe(false);
  clock.advance(1);
  expect(spare.heldBack).toBe(true);
});

test('a second way that could be held back flows for a while when its track is sent again', () => {
  const { main, spare, clock } = twoWays('video/VP8');
  spare.keptReady = true;
  main.facts.emit('muted', true);
  expect(spare.heldBack).toBe(true);
  main.facts.emit('muted', false);
  expect(spare.heldBack).toBe(false);
  clock.advance(layerSettleMs);
  expect(spare.heldBack).toBe(true);
});

test('a second way that has brought nothing since it was let flow is not lost yet', () => {
  const { main, spare } = twoWays('video/VP8');
  main.received = { idleMs: 0, busyMs: 60_000 };
  spare.facts.emit('silent', { idleMs: lostAfterMs, busyMs: 0, begun: false });
  expect(spare.gone).toBe(false);
  spare.facts.emit('silent', { idleMs: lostAfterMs, busyMs: 0, begun: true });
  expect(spare.gone).toBe(true);
});

test('a way that is left as planned is let go when its viewers have surely changed, not before', () => {
  const { main, spareWay, spare, supply, clock } = twoWays('video/VP8');
  supply.prefer(spareWay);
  supply.retire();
  clock.advance(layerSettleMs - 1);
  expect([supply.inUse.feed.parentId, main.released]).toEqual(['spare', false]);
  clock.advance(1);
  expect([main.released, spare.released]).toEqual([true, false]);
});

test('the way in use stays when what is not in use is let go', () => {
  const { main, spare, supply } = twoWays();
  supply.retire();
  expect([main.released, spare.released]).toEqual([false, true]);
  supply.close();
  expect(main.released).toBe(true);
});
