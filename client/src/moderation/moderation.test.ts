import { WaitingPerson } from '@canopy/proto/moderation';
import { MeetingEvent, MeetingSnapshot, Participant, type Reply } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import { Moderation } from './moderation.ts';

const person = (participantId: string) => WaitingPerson.fromPartial({ participantId });
const snapshotOf = (meetingId: string) => MeetingSnapshot.fromPartial({ meetingId });

/** A door at which these wait; `during` happens while the list is under way. */
function doorOf(waiting: string[], during: () => void = () => {}) {
  const asked = { times: 0 };
  const moderation = new Moderation(async (): Promise<Reply> => {
    asked.times += 1;
    const people = waiting.map(person);
    during();
    return { id: 1, waitingList: { people } };
  });
  const seen = () => moderation.view.waiting.map(({ participantId }) => participantId);
  return { moderation, asked, seen };
}

test('who came in waits no more, whether let in or because the door stands open', async () => {
  const { moderation, seen } = doorOf(['ada', 'ben', 'cem']);
  await moderation.loadWaiting();
  expect(seen()).toEqual(['ada', 'ben', 'cem']);
  moderation.apply(MeetingEvent.fromPartial({ waitingLeft: { participantId: 'ada' } }));
  expect(seen()).toEqual(['ben', 'cem']);
  moderation.apply(MeetingEvent.fromPartial({ participantJoined: Participant.fromPartial({ id: 'cem' }) }));
  expect(seen()).toEqual(['ben']);
});

test('who came or went while the list was under way is seen as they are now', async () => {
  const { moderation, seen } = doorOf(['ada', 'ben'], () => {
    moderation.apply(MeetingEvent.fromPartial({ waitingLeft: { participantId: 'ada' } }));
    moderation.apply(MeetingEvent.fromPartial({ waitingJoined: person('cem') }));
  });
  await moderation.loadWaiting();
  expect(seen()).toEqual(['ben', 'cem']);
});

test('who goes to another meeting and back sees who waits by then', async () => {
  const waiting = ['ada'];
  const { moderation, seen } = doorOf(waiting);
  moderation.adopt(snapshotOf('m'));
  await moderation.loadWaiting();
  waiting.splice(0);
  moderation.adopt(snapshotOf('room'));
  expect(seen()).toEqual([]);
  waiting.push('ben');
  moderation.adopt(snapshotOf('m'));
  await expect.poll(seen).toEqual(['ben']);
});

test('the door of a meeting that is left while its list is under way is not that of the next', async () => {
  const waiting = ['ada'];
  let leaves = true;
  const { moderation, seen } = doorOf(waiting, () => {
    if (!leaves) return;
    leaves = false;
    waiting.splice(0);
    moderation.adopt(snapshotOf('room'));
  });
  moderation.adopt(snapshotOf('m'));
  await moderation.loadWaiting();
  expect(seen()).toEqual([]);
});

test('who waits is read when the connection is back, where it could not be before', async () => {
  const failures = [new CanopyError('TIMEOUT')];
  const { moderation, seen } = doorOf(['ada'], () => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
  });
  await expect(moderation.loadWaiting()).rejects.toThrow();
  moderation.resumed();
  await expect.poll(seen).toEqual(['ada']);
});

test('nobody is asked for who waits before that is wanted', () => {
  const { moderation, asked } = doorOf(['ada']);
  moderation.adopt(snapshotOf('m'));
  moderation.resumed();
  expect(asked.times).toBe(0);
});
