import { TrackKind, TrackSource } from '@canopy/proto/media';
import { LeaveReason, type MeetingEvent, Role } from '@canopy/proto/signal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  applyEvent,
  fromSnapshot,
  type MeetingState,
  withAttendeeCount,
  withAttendeeNews,
  withAttendees,
} from './meeting-state.ts';

const generation = 'g1';

function participant(id: string, name = id) {
  return { id, name, role: Role.PANELIST, edgeId: 'edge-1', region: 'eu-central-1', connected: true };
}

function track(id: string, participantId: string, muted = false) {
  return {
    id,
    participantId,
    kind: TrackKind.VIDEO,
    source: TrackSource.CAMERA,
    muted,
    originEdgeId: 'edge-1',
  };
}

function empty(): MeetingState {
  return fromSnapshot({
    meetingId: 'm',
    title: 'Review',
    participants: [],
    attendeeCount: 0,
    hands: [],
    webinar: false,
    tracks: [],
    position: { generation, sequence: 0 },
  });
}

function at(sequence: number, change: Omit<MeetingEvent, 'position'>): MeetingEvent {
  return { position: { generation, sequence }, ...change };
}

function applyAll(state: MeetingState, events: readonly MeetingEvent[]): MeetingState {
  return withAttendeeNews(events.reduce((current, event) => applyEvent(current, event).state, state));
}

test('a participant who joins is there, with what they publish', () => {
  const state = applyAll(empty(), [
    at(1, { participantJoined: participant('ada') }),
    at(2, { trackPublished: track('t1', 'ada') }),
    at(3, { trackUpdated: track('t1', 'ada', true) }),
  ]);
  expect(state.participants.get('ada')?.name).toBe('ada');
  expect(state.tracks.get('t1')?.muted).toBe(true);
  expect(state.position.sequence).toBe(3);
});

test('a participant who leaves takes their tracks along', () => {
  const state = applyAll(empty(), [
    at(1, { participantJoined: participant('ada') }),
    at(2, { participantJoined: participant('ben') }),
    at(3, { trackPublished: track('t1', 'ada') }),
    at(4, { trackPublished: track('t2', 'ben') }),
    at(5, { participantLeft: { participantId: 'ada', reason: LeaveReason.LEFT } }),
  ]);
  expect([...state.participants.keys()]).toEqual(['ben']);
  expect([...state.tracks.keys()]).toEqual(['t2']);
});

test('an event of another generation changes nothing and says that a snapshot is needed', () => {
  const before = applyAll(empty(), [at(1, { participantJoined: participant('ada') })]);
  const { state, outdated } = applyEvent(before, {
    position: { generation: 'g2', sequence: 9 },
    participantJoined: participant('ben'),
  });
  expect(state).toBe(before);
  expect(outdated).toBe(true);
});

test('a meeting that has ended says so', () => {
  expect(applyAll(empty(), [at(1, { meetingEnded: {} })]).ended).toBe(true);
});

test('parts that an event does not touch stay the same objects', () => {
  const before = applyAll(empty(), [at(1, { participantJoined: participant('ada') })]);
  const after = applyEvent(before, at(2, { trackPublished: track('t1', 'ada') })).state;
  expect(after.participants).toBe(before.participants);
  expect(after.tracks).not.toBe(before.tracks);
});

const ids = fc.constantFrom('ada', 'ben', 'cleo');
const change = fc.oneof(
  ids.map((id) => ({ participantJoined: participant(id) })),
  fc.tuple(ids, fc.string()).map(([id, name]) => ({ participantUpdated: participant(id, name) })),
  ids.map((participantId) => ({ participantLeft: { participantId, reason: LeaveReason.LEFT } })),
  fc.tuple(ids, fc.boolean()).map(([id, muted]) => ({ trackPublished: track(`t-${id}`, id, muted) })),
  ids.map((id) => ({ trackUnpublished: { trackId: `t-${id}`, participantId: id } })),
);
const stream = fc.array(change, { maxLength: 30 }).map((changes) => changes.map((each, index) => at(index + 1, each)));

test('applying a stream with anything repeated equals applying it once', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 20 }), (events, repeats) => {
      const withRepeats = [...events];
      for (const [from, after] of repeats) {
        const index = events.length === 0 ? 0 : from % events.length;
        const repeated = events[index];
        // A repetition comes after the original, wherever.
        if (repeated === undefined) continue;
        const place = withRepeats.indexOf(repeated) + 1;
        withRepeats.splice(place + (after % (withRepeats.length - place + 1)), 0, repeated);
      }
      expect(applyAll(empty(), withRepeats)).toEqual(applyAll(empty(), events));
    }),
  );
});

test('resuming from any position gives the state that never was interrupted', () => {
  fc.assert(
    fc.property(stream, fc.nat(), fc.nat(), (events, cut, overlap) => {
      const seen = cut % (events.length + 1);
      const from = Math.max(0, seen - (overlap % 5));
      const state = applyAll(applyAll(empty(), events.slice(0, seen)), events.slice(from));
      expect(state).toEqual(applyAll(empty(), events));
    }),
  );
});

const attends = (id: string, name = id) => ({ ...participant(id, name), role: Role.ATTENDEE });
const coming = (sequence: number, id: string) => at(sequence, { participantJoined: attends(id), ofAttendee: true });
const going = (sequence: number, participantId: string) =>
  at(sequence, { participantLeft: { participantId, reason: LeaveReason.LEFT }, ofAttendee: true });
const known = ({ attendees }: MeetingState) => [...attendees.values()].map(({ name }) => name).sort();

test('attendees of a webinar are counted, and kept apart from who is on stage', () => {
  const state = applyAll({ ...empty(), attendeeCount: 40 }, [
    at(1, { participantJoined: participant('ada') }),
    coming(2, 'ann'),
    coming(3, 'ben'),
    going(4, 'ben'),
    going(5, 'somebody of a page not loaded'),
  ]);
  expect([...state.participants.keys()]).toEqual(['ada']);
  expect(known(state)).toEqual(['ann']);
  expect(state.attendeeCount).toBe(40);
});

test('attendees who come by the hundred are gathered: those that are known are copied once', () => {
  const before = applyAll(empty(), [coming(1, 'ann')]);
  const copies = new Set<MeetingState['attendees']>();
  let state = before;
  for (let sequence = 2; sequence <= 300; sequence++) {
    state = applyEvent(state, coming(sequence, `viewer ${sequence}`)).state;
    copies.add(state.attendees);
  }
  expect([...copies]).toEqual([before.attendees]);
  expect(state.attendeeCount).toBe(300);
  const shown = withAttendeeNews(state);
  expect(shown.attendees.size).toBe(300);
  expect(withAttendeeNews(shown)).toBe(shown);
});

test('who goes on the stage is an attendee no more', () => {
  const changed = { participantId: 'ann', reason: LeaveReason.ROLE_CHANGED };
  const state = applyAll(empty(), [
    coming(1, 'ann'),
    at(2, { participantLeft: changed, ofAttendee: true }),
    at(3, { participantJoined: participant('ann') }),
  ]);
  expect([known(state), [...state.participants.keys()], state.attendeeCount]).toEqual([[], ['ann'], 0]);
});

test('pages go on where they ended, and the last one says so', () => {
  const page = (ids: string[], nextCursor: string) => ({
    attendees: ids.map((id) => attends(id)),
    nextCursor,
    position: { generation, sequence: 0 },
  });
  const first = withAttendees(empty(), page(['ann'], '7'), []);
  expect([known(first), first.nextAttendees]).toEqual([['ann'], '7']);
  const all = withAttendees(first, page(['ben'], ''), []);
  expect([known(all), all.nextAttendees]).toEqual([['ann', 'ben'], null]);
});

const pageOf = (sequence: number, ...ids: string[]) => ({
  attendees: ids.map((id) => participant(id)),
  nextCursor: '',
  position: { generation, sequence },
});

test('who is listed now is of the crowd no more, though nobody told that they left it', () => {
  const listed = at(3, { participantJoined: participant('ann') });
  const known = withAttendees(empty(), pageOf(2, 'ann', 'ben'), []);
  const after = applyAll(known, [listed]);
  expect([[...after.participants.keys()], [...after.attendees.keys()]]).toEqual([['ann'], ['ben']]);
  // The page was read before, and came after.
  const late = withAttendees(applyAll(empty(), [listed]), pageOf(2, 'ann', 'ben'), [listed]);
  expect(late).toMatchObject({ participants: after.participants, attendees: after.attendees });
});

test('who knows the whole crowd and is told another number finds the others from the first page on', () => {
  const known = withAttendees(empty(), pageOf(0, 'ann'), []);
  expect([known.nextAttendees, withAttendeeCount(known, 2).nextAttendees]).toEqual([null, '']);
  const partly = { ...known, nextAttendees: '7' };
  expect(withAttendeeCount(partly, 2)).toMatchObject({ attendeeCount: 2, nextAttendees: '7' });
});

test('a first page that is asked for anew takes the place of what was known', () => {
  const known = withAttendees(empty(), pageOf(0, 'ann', 'ben'), []);
  expect([...withAttendees(known, pageOf(0, 'ben', 'cem'), [], true).attendees.keys()]).toEqual(['ben', 'cem']);
});

test('a page of another generation changes nothing', () => {
  const page = { attendees: [attends('ann')], nextCursor: '', position: { generation: 'g2', sequence: 9 } };
  expect(withAttendees(empty(), page, [])).toEqual(empty());
});

const attendeeChange = fc.oneof(
  fc.tuple(ids, fc.string()).map(([id, name]) => ({ participantUpdated: attends(id, name), ofAttendee: true })),
  ids.map((participantId) => ({ participantLeft: { participantId, reason: LeaveReason.LEFT }, ofAttendee: true })),
  ids.map((id) => ({ participantJoined: attends(id), ofAttendee: true })),
);

test('whenever a page was read, before or after what is known here, it ends in the same attendees', () => {
  const streams = fc.array(attendeeChange, { maxLength: 20 }).map((changes) => changes.map((one, i) => at(i + 1, one)));
  fc.assert(
    fc.property(streams, fc.nat(20), fc.nat(20), fc.nat(20), (events, asked, read, answered) => {
      const [from = 0, ...later] = [asked, read, answered]
        .map((place) => place % (events.length + 1))
        .sort((a, b) => a - b);
      // The page is read after it was asked for; its answer may overtake events, or be overtaken by them.
      for (const [readAt, answeredAt] of [later, [...later].reverse()] as const) {
        const { attendees } = applyAll(empty(), events.slice(0, readAt));
        const position = { generation, sequence: readAt ?? 0 };
        const page = { attendees: [...attendees.values()], nextCursor: '', position };
        const asking = { ...applyAll(empty(), events.slice(0, from)), attendees: new Map() };
        const before = events
          .slice(from, answeredAt)
          .reduce<MeetingState>((now, event) => applyEvent(now, event).state, asking);
        const after = withAttendees(before, page, events.slice(from, answeredAt));
        const end = applyAll(after, events.slice(answeredAt));
        expect(known(end)).toEqual(known(applyAll(empty(), events)));
      }
    }),
  );
});
