import { PullRequest, type PullResponse } from '@canopy/proto/edge_link';
import { RtpParameters } from '@canopy/proto/media';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { ToyClosable } from '../../testing/toy-closable.ts';
import { ToyFeed } from '../../testing/toy-feed.ts';
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

/** A link over which a child has pulled one track. */
async function linkWithTrack() {
  const clock = new VirtualClock();
  const routers = new MeetingRouters({ usage: () => [], openRouter: never, onDied: () => undefined }, 1);
  const options = { clock, logger: silentLogger, random: () => 0, lingerMs: 0 };
  const track = new TrackOnEdge({ id: 't', originEdgeId: 'here', pipes: new LocalPipes(routers), ...options });
  track.install(new ToyFeed('first'));
  const unused = { openClientTransport: never, openPipe: never, openOutlet: never, openLoudness: never };
  const router: MediaRouter = Object.assign(new ToyClosable(), { workerIndex: 0, openLevels: never, ...unused });
  const pipe = new ToyPipe();
  const link = new ChildLink({
    id: 'link',
    childId: 'child',
    lease: { router, release: () => {} },
    pipe,
    sink: { send: () => {}, end: () => {}, onClosed: () => {} },
    clock,
    logger: silentLogger,
    lingerMs: 60_000,
  });
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
