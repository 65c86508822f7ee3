import { LeaveReason, type MeetingEvent, Participant, Role } from '@canopy/proto/signal';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import { Departing, type DepartingDeps } from './departing.ts';

const nothing = async () => {};
const noChange = async () => ({ events: [] });
const unused = async () => {
  throw new Error('nobody leaves');
};

function departing(
  store: Partial<DepartingDeps['store']>,
  somebodyLeft: (meetingId: string) => Promise<void> = nothing,
) {
  return new Departing({
    store: {
      participant: async () => undefined,
      leave: unused,
      disconnect: noChange,
      withdraw: noChange,
      dueMeetings: async () => [],
      sweep: unused,
      ...store,
    },
    attendance: { left: () => {} },
    closing: { session: nothing },
    planning: { shrinkSoon: () => {} },
    succession: { somebodyLeft },
    rooms: { changed: () => {}, release: () => {} },
    logger: silentLogger,
  });
}

it('sweeps what is due, of very many meetings the rest the next time', async () => {
  const due = Array.from({ length: 600 }, (_, index) => `meeting ${index}`);
  const meetings = [...due];
  const swept: string[] = [];
  const sweeping = departing({
    dueMeetings: async (limit) => due.splice(0, limit),
    sweep: async (meetingId) => {
      swept.push(meetingId);
      return { events: [], removed: [], left: 1 };
    },
  });
  await sweeping.sweep();
  expect(swept).toHaveLength(512);
  await sweeping.sweep();
  expect(swept.toSorted()).toEqual(meetings.toSorted());
});

it('looks for another host when one is gone who has no connection, once it is', async () => {
  const left: MeetingEvent = { participantLeft: { participantId: 'p', reason: LeaveReason.CONNECTION_LOST } };
  const looked = async (role: Role, events: MeetingEvent[]) => {
    const meetings: string[] = [];
    const participant = async () => Participant.fromPartial({ role });
    const one = departing({ participant, withdraw: async () => ({ events }) }, async (id) => void meetings.push(id));
    await one.depart({ meetingId: 'm', participantId: 'p', connectionId: 'c', session: undefined });
    return meetings;
  };
  expect(await looked(Role.HOST, [left])).toEqual(['m']);
  expect(await looked(Role.PANELIST, [left])).toEqual([]);
  // It came back meanwhile.
  expect(await looked(Role.HOST, [])).toEqual([]);
});
