import { LeaveReason, type MeetingEvent, Role } from '@canopy/proto/signal';
import { describe, expect, it } from 'vitest';
import { applyEvent, emptyState, isAtLeast, type MeetingState } from './state.ts';

const someone = (id: string, role: Role) => ({ id, name: id, role, edgeId: 'e', region: 'r', connected: true });
const left = (participantId: string) => ({ participantId, reason: LeaveReason.LEFT });

function after(...changes: Omit<MeetingEvent, 'position'>[]): MeetingState {
  return changes.reduce<MeetingState>(
    (state, change, index) => applyEvent(state, { position: { generation: 'g', sequence: index + 1 }, ...change }),
    emptyState,
  );
}

describe('the state of a meeting', () => {
  it('counts a webinar’s attendees and keeps none of them', () => {
    const state = after(
      { participantJoined: someone('ada', Role.HOST) },
      { participantJoined: someone('ann', Role.ATTENDEE), ofAttendee: true },
      { participantJoined: someone('ben', Role.ATTENDEE), ofAttendee: true },
      { participantUpdated: someone('ben', Role.ATTENDEE), ofAttendee: true },
      { participantLeft: left('ann'), ofAttendee: true },
    );
    expect(state.attendeeCount).toBe(1);
    expect(state.participants.map(({ id }) => id)).toEqual(['ada']);
    expect(state.position.sequence).toBe(5);
  });

  it('keeps everybody of a plain meeting, whatever their role', () => {
    const state = after({ participantJoined: someone('ann', Role.ATTENDEE) });
    expect([state.participants.length, state.attendeeCount]).toEqual([1, 0]);
  });

  it('knows raised hands by the names that people have now', () => {
    const state = after(
      { participantJoined: someone('ada', Role.HOST) },
      { handRaised: { participantId: 'ada', name: 'ada' } },
      { handRaised: { participantId: 'ann', name: 'ann' } },
      { participantUpdated: { ...someone('ada', Role.HOST), name: 'Ada L.' } },
      { participantUpdated: { ...someone('ann', Role.ATTENDEE), name: 'Ann K.' }, ofAttendee: true },
    );
    expect(state.hands.map(({ name }) => name)).toEqual(['Ada L.', 'Ann K.']);
  });

  it('is empty when the meeting has ended', () => {
    const state = after({ participantJoined: someone('ann', Role.ATTENDEE), ofAttendee: true }, { meetingEnded: {} });
    expect(state).toEqual({ ...emptyState, position: { generation: 'g', sequence: 2 } });
  });
});

describe('positions', () => {
  it('are compared within one stream only', () => {
    const at = (sequence: number, generation = 'g') => ({ generation, sequence });
    expect(isAtLeast(at(2), at(2))).toBe(true);
    expect(isAtLeast(at(1), at(2))).toBe(false);
    expect(isAtLeast(at(3, 'h'), at(2))).toBe(false);
  });
});
