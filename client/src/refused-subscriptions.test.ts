import { CanopyError } from '@canopy/runtime/errors';
import { expect, onTestFinished, test, vi } from 'vitest';
import { subscribing, want } from './testing/subscribing.ts';

/** What is warned of is not shown here. */
function quieten() {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  return warn;
}

test('a track that can not be had is asked for no more often because others are wanted meanwhile', async () => {
  const { clock, requests, subscriptions, last } = subscribing();
  const refused = [{ trackId: 'a', reason: { code: 'ROUTE_NOT_FOUND', message: '', retryable: true } }];
  subscriptions.connected(false);
  for (let page = 0; page < 20; page++) {
    subscriptions.set([want('a'), want(`${page}`)]);
    clock.advance(200);
    await last()?.answer({ refused });
  }
  const before = requests.length;
  for (let at = 0; at < 60_000; at += 100) {
    clock.advance(100);
    await last()?.answer({ refused });
  }
  expect(requests.length - before).toBeLessThan(15);
});

test('a track that was refused for a passing reason is asked for again, later and later', async () => {
  const { clock, requests, subscriptions, last } = subscribing();
  const refused = [{ trackId: 'a', reason: { code: 'ROUTE_NOT_FOUND', message: '', retryable: true } }];
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  for (let round = 0; round < 4; round++) {
    clock.advance(4_200);
    await last()?.answer({ refused });
  }
  const gaps = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0));
  expect(requests.length).toBe(4);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(600);
});

test('a track that is gone is not asked for again', async () => {
  const { clock, requests, subscriptions, last } = subscribing();
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  clock.advance(20);
  await last()?.answer({
    refused: [{ trackId: 'a', reason: { code: 'TRACK_NOT_FOUND', message: '', retryable: false } }],
  });
  clock.advance(60_000);
  expect(requests).toHaveLength(1);
});

test('a refusal of the whole request is not repeated', async () => {
  quieten();
  const { clock, requests, subscriptions, last } = subscribing();
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  clock.advance(20);
  await last()?.fail(new CanopyError('BAD_REQUEST'));
  clock.advance(60_000);
  expect(requests).toHaveLength(1);
});

test('what is refused for good is warned of, but for tracks that are gone', async () => {
  const warn = quieten();
  const { clock, subscriptions, last } = subscribing();
  const refusal = (trackId: string, code: string, retryable = false) => ({
    trackId,
    reason: { code, message: '', retryable },
  });
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  clock.advance(1_000);
  await last()?.answer({ refused: [refusal('a', 'TRACK_NOT_FOUND'), refusal('b', 'ROUTE_NOT_FOUND', true)] });
  expect(warn).not.toHaveBeenCalled();
  subscriptions.set([want('c')]);
  clock.advance(1_000);
  await last()?.answer({ refused: [refusal('c', 'VIDEO_LIMIT_REACHED')] });
  subscriptions.set([want('d')]);
  clock.advance(1_000);
  await last()?.fail(new CanopyError('BAD_REQUEST'));
  expect(warn).toHaveBeenCalledTimes(2);
});
