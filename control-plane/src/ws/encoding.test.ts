import type { MeetingEvent, ServerMessage } from '@canopy/proto/signal';
import { expect, test } from 'vitest';
import { emptyState, type MeetingState } from '../core/meeting/state.ts';
import { liveSession } from '../testing/live-session.ts';
import { encodeEvent, encodeSnapshot } from './encoding.ts';

const read = (encoded: Buffer): ServerMessage => JSON.parse(encoded.toString());

const raised: MeetingState = {
  ...emptyState,
  hands: ['ann', 'ben'].map((participantId) => ({ participantId, name: participantId })),
};

test('an event is encoded once, for however many sockets', () => {
  const event: MeetingEvent = { trackUnpublished: { trackId: 't', participantId: 'p' } };
  expect(read(encodeEvent(event))).toEqual({ event });
  expect(encodeEvent(event)).toBe(encodeEvent(event));
});

test('so is a state for all who are shown the same of it', () => {
  const hands = (participantId: string, role: 'host' | 'attendee', state = raised) => {
    const encoded = encodeSnapshot(liveSession(participantId, { role }), state);
    return { encoded, shown: read(encoded).snapshot?.hands?.map((hand) => hand.participantId) };
  };
  const [host, cleo, dora] = [hands('host', 'host'), hands('cleo', 'attendee'), hands('dora', 'attendee')];
  expect([host.shown, cleo.shown]).toEqual([['ann', 'ben'], []]);
  expect(dora.encoded).toBe(cleo.encoded);
  expect(hands('another host', 'host').encoded).toBe(host.encoded);
  expect([hands('ann', 'attendee').shown, hands('ben', 'attendee').shown]).toEqual([['ann'], ['ben']]);
  expect(hands('cleo', 'attendee', { ...raised }).encoded).not.toBe(cleo.encoded);
});

test('what is shown of one meeting, or before its rules changed, is shown of no other', () => {
  const session = liveSession('ada');
  const other = { ...session, meetingId: 'other' };
  const changed = { ...session, profile: { ...session.profile, title: 'New', revision: 1 } };
  const titles = [session, other, changed].map((one) => read(encodeSnapshot(one, raised)).snapshot);
  expect(titles.map((one) => [one?.meetingId, one?.title])).toEqual([
    ['m', ''],
    ['other', ''],
    ['m', 'New'],
  ]);
});
