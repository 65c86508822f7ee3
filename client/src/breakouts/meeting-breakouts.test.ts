import { BreakoutPhase, type Breakouts } from '@canopy/proto/breakouts';
import type { Reply } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import type { Request } from '../signal/request-socket.ts';
import { MeetingBreakouts } from './meeting-breakouts.ts';

const told: Breakouts = {
  mainMeetingId: 'm',
  phase: BreakoutPhase.OPEN,
  selfChosen: true,
  rooms: [
    { id: 'a', name: 'A' },
    { id: 'b', name: 'B' },
  ],
  closesAt: 61_000,
  now: 1_000,
  ownRoomId: 'b',
  places: [{ participantId: 'p', name: 'P', roomId: '', present: true, asksForHelp: false }],
};

function setUp() {
  const clock = new VirtualClock();
  const asked: Request[] = [];
  const ask = async (request: Request): Promise<Reply> => {
    asked.push(request);
    return { id: 1, done: {} };
  };
  const breakouts = new MeetingBreakouts(ask, clock);
  return { clock, asked, breakouts };
}

test('counts down by this client’s clock, whatever it shows', () => {
  const { clock, breakouts } = setUp();
  clock.advance(500_000);
  breakouts.told(told);
  expect((breakouts.view.closesAt ?? 0) - clock.now()).toBe(60_000);
});

test('shows what the server told last, and the main meeting as no room', () => {
  const { breakouts } = setUp();
  const phases: string[] = [];
  breakouts.events.on('changed', ({ phase }) => phases.push(phase));
  breakouts.told(told);
  expect(breakouts.view).toMatchObject({ ownRoom: { name: 'B' }, people: [{ participantId: 'p', roomId: null }] });
  breakouts.told({ ...told, phase: BreakoutPhase.UNSPECIFIED, rooms: [], places: [], ownRoomId: '' });
  expect(breakouts.view).toMatchObject({ ownRoom: null, rooms: [], people: [] });
  expect(phases).toEqual(['open', 'none']);
});

test('are none after a reset, which is told once', () => {
  const { breakouts } = setUp();
  const phases: string[] = [];
  breakouts.told(told);
  breakouts.events.on('changed', ({ phase }) => phases.push(phase));
  breakouts.reset();
  breakouts.reset();
  expect(phases).toEqual(['none']);
});

test('tells a host’s words, and nothing else of what happens', () => {
  const { breakouts } = setUp();
  const heard: string[] = [];
  breakouts.events.on('broadcast', ({ from, text, own }) => heard.push(`${from}: ${text} ${own}`));
  breakouts.apply({ meetingUpdated: { title: 't' } });
  breakouts.apply({ breakoutBroadcast: { fromName: 'Ada', text: '<b>hi</b>' } });
  void breakouts.broadcast('ten minutes');
  for (let time = 0; time < 2; time += 1)
    breakouts.apply({ breakoutBroadcast: { fromName: 'Ben', text: 'ten minutes' } });
  expect(heard).toEqual(['Ada: <b>hi</b> false', 'Ben: ten minutes true', 'Ben: ten minutes false']);
});

test('goes back to the main meeting by choosing none', async () => {
  const { breakouts, asked } = setUp();
  await breakouts.choose(null);
  await breakouts.choose('a');
  expect(asked).toEqual([{ chooseBreakout: { roomId: '' } }, { chooseBreakout: { roomId: 'a' } }]);
});
