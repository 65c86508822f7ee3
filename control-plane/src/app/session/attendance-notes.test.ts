import { setImmediate as settled } from 'node:timers/promises';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { AttendanceNotes } from './attendance-notes.ts';

const ada = {
  meetingId: 'm',
  participantId: 'ada',
  userId: undefined,
  name: 'Ada',
  role: 'host' as const,
  edgeId: 'europe',
};

function notes(refusal: () => CanopyError | undefined) {
  const clock = new VirtualClock(1_000);
  const written: [string, number][] = [];
  const write = async (what: string, agoMs: number) => {
    const error = refusal();
    if (error !== undefined) throw error;
    written.push([what, clock.now() - agoMs]);
  };
  const records = {
    joined: (_: unknown, agoMs: number) => write('joined', agoMs),
    roleChanged: (_meeting: string, _participant: string, role: string) => write(role, 0),
    renamed: (_meeting: string, _participant: string, name: string) => write(name, 0),
    left: (_meeting: string, _participant: string, agoMs: number) => write('left', agoMs),
  };
  return { clock, written, notes: new AttendanceNotes({ records, clock, random: () => 1, logger: silentLogger }) };
}

test('what happens while the database is away is written down when it is back, in its order and with its time', async () => {
  let away = true;
  const here = notes(() => (away ? new CanopyError('STATE_UNAVAILABLE') : undefined));
  here.notes.joined(ada);
  here.notes.roleChanged('m', 'ada', 'cohost');
  here.notes.renamed('m', 'ada', 'Ada L.');
  here.clock.advance(500);
  here.notes.left('m', 'ada');
  for (let second = 0; second < 20; second++) {
    await settled();
    here.clock.advance(1_000);
  }
  away = false;
  for (let second = 0; second < 20; second++) {
    await settled();
    here.clock.advance(1_000);
  }
  expect(here.written.map(([what]) => what)).toEqual(['joined', 'cohost', 'Ada L.', 'left']);
  expect([here.written[0], here.written[3]]).toEqual([
    ['joined', 1_000],
    ['left', 1_500],
  ]);
});

test('what can not be written is not tried again, and holds nothing up', async () => {
  const refusals = [new CanopyError('MEETING_NOT_FOUND')];
  const here = notes(() => refusals.pop());
  here.notes.joined(ada);
  here.notes.left('m', 'ada');
  await settled();
  await settled();
  expect(here.written).toEqual([['left', 1_000]]);
});
