import { LeaveReason, type MeetingEvent, Role } from '@canopy/proto/signal';
import { expect, test } from 'vitest';
import type { Push } from '../events/room-member.ts';
import type { Bare } from '../session/join.ts';
import { type BareEnd, BareMember } from './bare-member.ts';

const becomesAttendee: Push = { roleChanged: { role: Role.ATTENDEE, sendTransport: undefined } };
const left = (reason: LeaveReason): MeetingEvent => ({ participantLeft: { participantId: 'p', reason } });

function bareMember(bare: Bare) {
  const ends: BareEnd[] = [];
  return { ends, member: new BareMember('p', bare, (why) => ends.push(why)) };
}

test('a publisher taken from the stage ends as one that may not publish, and not as one that left', async () => {
  const { member, ends } = bareMember('publishes');
  member.event(left(LeaveReason.ROLE_CHANGED));
  expect(ends).toEqual([]);
  await member.push(async () => becomesAttendee);
  expect(ends).toEqual(['FORBIDDEN']);
});

test('a player taken from the stage goes on playing, until it leaves, once', async () => {
  const { member, ends } = bareMember('plays');
  member.event(left(LeaveReason.ROLE_CHANGED));
  await member.push(async () => becomesAttendee);
  expect(ends).toEqual([]);
  for (const reason of [LeaveReason.REMOVED, LeaveReason.LEFT]) member.event(left(reason));
  expect(ends).toEqual(['LEFT']);
});
