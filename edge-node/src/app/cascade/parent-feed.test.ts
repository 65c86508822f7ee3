import type { LinkEvent } from '@canopy/proto/edge_link';
import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import { FeedEvents } from './parent-feed.ts';

const ids = { trackId: 't', originEdgeId: 'o' };
const answer = { muted: false, hushed: false };

/** What was said of a track whose link has been idle for a minute, and how long a silence that counts for. */
function pulled({ muted, hushed, score }: Parameters<FeedEvents['begin']>[0] = answer) {
  const clock = new VirtualClock();
  const events = new FeedEvents(clock);
  const silences: number[] = [];
  events.facts.on('silent', ({ idleMs }) => silences.push(idleMs));
  events.begin({ muted, hushed, score });
  const startedAt = clock.monotonicMs();
  const goTo = (ms: number) => clock.advance(startedAt + ms - clock.monotonicMs());
  const silentAt = (ms: number) => {
    goTo(ms);
    events.handleSilence({ idleMs: 60_000, busyMs: 0 });
    return silences.splice(0);
  };
  const handleAt = (ms: number, event: LinkEvent) => {
    goTo(ms);
    events.handle(event);
  };
  return { clock, events, silentAt, handleAt };
}

test('a link that is silent says of a track no more than since it was pulled', () => {
  const { silentAt } = pulled();
  expect([silentAt(20), silentAt(500)]).toEqual([[20], [500]]);
});

test('no silence of a track is longer because somebody set the clock', () => {
  const { clock, silentAt } = pulled();
  clock.set(3_600_000);
  expect(silentAt(20)).toEqual([20]);
});

test('the silence of a track that is muted or hushed is none', () => {
  const { silentAt, handleAt } = pulled();
  handleAt(1_000, { trackHushed: { ...ids, hushed: true } });
  expect(silentAt(2_000)).toEqual([]);
  handleAt(3_000, { trackHushed: { ...ids, hushed: false } });
  expect(silentAt(3_100)).toEqual([100]);
  handleAt(4_000, { trackMutedChanged: { ...ids, muted: true } });
  expect(silentAt(5_000)).toEqual([]);
  handleAt(6_000, { trackMutedChanged: { ...ids, muted: false } });
  expect(silentAt(6_200)).toEqual([200]);
});

test('the silence of a track that does not even reach its origin is none', () => {
  const { silentAt, handleAt } = pulled({ ...answer, score: 0 });
  expect(silentAt(500)).toEqual([]);
  handleAt(1_000, { trackScore: { ...ids, score: 10 } });
  expect(silentAt(1_200)).toEqual([200]);
  handleAt(2_000, { trackScore: { ...ids, score: 7 } });
  expect(silentAt(2_200)).toEqual([1_200]);
});

test('a track may be hushed when it is pulled, and what was told since it was asked for is newer than the answer', () => {
  expect(pulled({ muted: false, hushed: true }).silentAt(500)).toEqual([]);
  const events = new FeedEvents(new VirtualClock());
  events.handle({ trackHushed: { ...ids, hushed: true } });
  events.begin(answer);
  expect([events.hushed, events.muted]).toEqual([true, false]);
});

test('what comes another way at the parent goes on for a while, which may say that nothing came any more, or is lost', () => {
  const told = (trackReplaced: { goesOn: boolean; silent: boolean }) => {
    const { events } = pulled();
    const facts: unknown[] = [];
    events.facts.on('unattended', ({ silent }) => facts.push(silent ? 'silent' : 'unattended'));
    events.facts.on('lost', () => facts.push('lost'));
    events.handle({ trackReplaced: { ...ids, ...trackReplaced } });
    return { facts, former: events.former };
  };
  expect(told({ goesOn: true, silent: true })).toEqual({ facts: ['silent'], former: true });
  expect(told({ goesOn: true, silent: false })).toEqual({ facts: ['unattended'], former: true });
  expect(told({ goesOn: false, silent: true })).toEqual({ facts: ['lost'], former: false });
});
