import { type LinkEvent, LinkUse, PullRequest, type PullResponse } from '@canopy/proto/edge_link';
import { RtpParameters } from '@canopy/proto/media';
import { type Clock, VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { silentAfterMs } from '../../core/cascade/silence.ts';
import { ToyClosable } from '../../testing/toy-closable.ts';
import { ToyFeed } from '../../testing/toy-feed.ts';
import { pulledTrack, settled } from '../../testing/toy-upstream.ts';
import { LocalPipes } from '../meeting/local-pipes.ts';
import { MeetingRouters } from '../meeting/meeting-routers.ts';
import type { MediaRouter, Pipe, PipeSender } from '../ports/media.ts';
import { ChildLink } from './child-link.ts';
import { TrackOnEdge } from './track-on-edge.ts';

async function never(): Promise<never> {
  throw new Error('not in this test');
}

class ToySender extends ToyClosable implements PipeSender {
  readonly rtpParameters = RtpParameters.fromPartial({});
  readonly setHeldBack = async () => {};
}

class ToyPipe extends ToyClosable implements Pipe {
  readonly endpoint = { ip: '127.0.0.1', port: 1, srtp: undefined };
  readonly senders: ToySender[] = [];
  readonly connect = never;
  readonly receive = never;
  readonly receivedBytes = never;
  readonly receivedBps = never;

  async send(): Promise<PipeSender> {
    const sender = new ToySender();
    this.senders.push(sender);
    return sender;
  }
}

/** A link to a child, and what the child is told over it. */
function openLink(clock: Clock) {
  const told: LinkEvent[] = [];
  const unused = { openClientTransport: never, openPipe: never, openOutlet: never, openLoudness: never };
  const router: MediaRouter = Object.assign(new ToyClosable(), { workerIndex: 0, openLevels: never, ...unused });
  const pipe = new ToyPipe();
  const link = new ChildLink({
    id: 'link',
    childId: 'child',
    lease: { router, release: () => {} },
    pipe,
    sink: { send: (event) => told.push(event), end: () => {}, onClosed: () => {} },
    clock,
    logger: silentLogger,
    lingerMs: 60_000,
  });
  return { link, pipe, told };
}

/** A link over which a child has pulled one track. */
async function linkWithTrack() {
  const clock = new VirtualClock();
  const routers = new MeetingRouters({ usage: () => [], openRouter: never, onDied: () => undefined }, 1);
  const options = { clock, logger: silentLogger, random: () => 0, lingerMs: 0 };
  const track = new TrackOnEdge({ id: 't', originEdgeId: 'here', pipes: new LocalPipes(routers), ...options });
  track.install(new ToyFeed('first'));
  const { link, pipe } = openLink(clock);
  const pull = (): Promise<PullResponse> => link.pull(track, PullRequest.fromPartial({ path: ['child'] }));
  await pull();
  return { clock, track, pipe, link, pull };
}

test('what a child has not let go of yet, of a track that comes another way now, goes on when it attaches anew', async () => {
  const { clock, track, pipe, link } = await linkWithTrack();
  track.install(new ToyFeed('second'));
  link.detach();
  expect([pipe.closed, pipe.senders[0]?.closed]).toEqual([false, false]);
  clock.advance(15_000);
  expect([pipe.closed, pipe.senders[0]?.closed]).toEqual([true, true]);
});

test('a link that its child has left is over with the last of what it sends', async () => {
  const { track, pipe, link, pull } = await linkWithTrack();
  track.install(new ToyFeed('second'));
  await pull();
  link.detach();
  const name = { trackId: 't', originEdgeId: 'here' };
  link.release(name);
  expect([pipe.closed, pipe.senders.map(({ closed }) => closed)]).toEqual([false, [false, true]]);
  link.releaseFormer(name);
  expect(pipe.closed).toBe(true);
});

/** A track that comes its first way, and of which a child is pulling the second. */
async function pullingChained() {
  const { clock, upstream, track } = pulledTrack();
  upstream.spare = 'spare';
  const watching = track.hold(0);
  const [main, spare] = [new ToyFeed('parent'), new ToyFeed('spare')];
  await upstream.giveTo('main', main);
  await watching;
  const { link, told } = openLink(clock);
  const request = { trackId: 't', originEdgeId: 'origin', path: ['child'], use: LinkUse.CHAINED_BACKUP };
  const pulling = link.pull(track, PullRequest.fromPartial(request));
  await settled();
  return { clock, upstream, track, link, told, main, spare, pulling };
}

test('a child that asks again for what it has is answered while its parent still seeks a second way', async () => {
  const { clock, upstream, track } = pulledTrack();
  upstream.spare = 'spare';
  const watching = track.hold(0);
  await upstream.giveTo('main', new ToyFeed('parent'));
  await watching;
  upstream.probe = async () => {};
  const { link } = openLink(clock);
  const request = PullRequest.fromPartial({ trackId: 't', originEdgeId: 'origin', path: ['child'] });
  const answer = await link.pull(track, request);
  expect(await link.pull(track, request)).toEqual(answer);
});

test('a second way that is being pulled is not given up when the first one is lost', async () => {
  const { clock, upstream, told, main, spare, pulling } = await pullingChained();
  main.lose();
  // The first way is asked for before it is turned to again.
  await upstream.giveTo('spare', new ToyFeed('spare'));
  await upstream.refuse('EDGE_UNREACHABLE');
  clock.advance(400);
  await settled();
  await upstream.giveTo('spare', spare);
  expect((await pulling).pathFromOrigin).toEqual(spare.pathFromOrigin);
  expect(told).toEqual([]);
});

test('a child hears that the second way it takes is lost, but not that the first one is', async () => {
  const { upstream, told, main, spare, pulling } = await pullingChained();
  await upstream.giveTo('spare', spare);
  await pulling;
  main.lose();
  expect(told).toEqual([]);
  spare.lose();
  expect(told).toEqual([{ trackReplaced: { trackId: 't', originEdgeId: 'origin', goesOn: false, silent: false } }]);
});

test('a child that takes another way from now on is told to pull that, while what it has goes on', async () => {
  const { upstream, link, told, spare, pulling } = await pullingChained();
  await upstream.giveTo('spare', spare);
  await pulling;
  const flow = { heldBack: false, layers: 1, insists: false };
  await link.setFlow({ trackId: 't', originEdgeId: 'origin' }, { ...flow, use: 'chained' });
  expect(told).toEqual([]);
  await link.setFlow({ trackId: 't', originEdgeId: 'origin' }, { ...flow, use: 'first' });
  expect(told).toEqual([{ trackReplaced: { trackId: 't', originEdgeId: 'origin', goesOn: true, silent: false } }]);
});

test('a child is told that its parent fell back, and that nothing came of what it has', async () => {
  const { clock, upstream, track } = pulledTrack();
  upstream.spare = 'spare';
  const watching = track.hold(0);
  const main = new ToyFeed('parent');
  await upstream.giveTo('main', main);
  await watching;
  await upstream.giveTo('spare', new ToyFeed('spare'));
  const { link, told } = openLink(clock);
  await link.pull(track, PullRequest.fromPartial({ trackId: 't', originEdgeId: 'origin', path: ['child'] }));
  main.facts.emit('silent', { idleMs: silentAfterMs, busyMs: 0 });
  expect(told).toEqual([{ trackReplaced: { trackId: 't', originEdgeId: 'origin', goesOn: true, silent: true } }]);
});
