import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import { Departing } from './departing.ts';

const nothing = async () => {};
const noChange = async () => ({ events: [] });
const unused = async () => {
  throw new Error('nobody leaves');
};

it('sweeps what is due, of very many meetings the rest the next time', async () => {
  const due = Array.from({ length: 600 }, (_, index) => `meeting ${index}`);
  const meetings = [...due];
  const swept: string[] = [];
  const departing = new Departing({
    store: {
      leave: unused,
      disconnect: noChange,
      withdraw: noChange,
      dueMeetings: async (limit) => due.splice(0, limit),
      sweep: async (meetingId) => {
        swept.push(meetingId);
        return { events: [], removed: [], left: 1 };
      },
    },
    attendance: { left: () => {} },
    media: { closeSession: nothing },
    planning: { shrinkSoon: () => {} },
    succession: { somebodyLeft: nothing },
    rooms: { changed: () => {}, release: () => {} },
    logger: silentLogger,
  });
  await departing.sweep();
  expect(swept).toHaveLength(512);
  await departing.sweep();
  expect(swept.toSorted()).toEqual(meetings.toSorted());
});
