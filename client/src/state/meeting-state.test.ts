import { TrackKind, TrackSource } from '@canopy/proto/media';
import { LeaveReason, type MeetingEvent, Role } from '@canopy/proto/signal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEvent, fromSnapshot, type MeetingState } from './meeting-state.ts';

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
    tracks: [],
    position: { generation, sequence: 0 },
  });
}

function at(sequence: number, change: Omit<MeetingEvent, 'position'>): MeetingEvent {
  return { position: { generation, sequence }, ...change };
}

function applyAll(state: MeetingState, events: readonly MeetingEvent[]): MeetingState {
  return events.reduce((current, event) => applyEvent(current, event).state, state);
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
