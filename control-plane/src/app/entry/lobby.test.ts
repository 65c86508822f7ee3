import { Waiting, WaitingPerson, WaitingReason } from '@canopy/proto/moderation';
import { RecordingNotice } from '@canopy/proto/recording';
import { LeaveReason, MeetingEvent, MeetingUpdated, Participant, Role } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import { emptyState, type MeetingState } from '../../core/meeting/state.ts';
import type { Room } from '../events/room.ts';
import type { Relative } from '../session/family.ts';
import { Lobby, type LobbyDeps } from './lobby.ts';

const meetingId = 'meeting';

/** Ada comes to a door; `tell`: what comes of telling hosts. */
function door(tell: () => void = () => {}) {
  const clock = new VirtualClock();
  const places = new Map<string, 'told' | 'untold'>();
  const told: MeetingEvent[] = [];
  const toldIn: string[] = [];
  /** Who is in its breakout rooms. */
  const inRooms: Relative[] = [];
  const lobbies: Pick<LobbyDeps['lobbies'], 'enter' | 'told' | 'purge' | 'renew' | 'text'> = {
    async enter(_, { participantId }) {
      if (!places.has(participantId)) places.set(participantId, 'untold');
      return places.get(participantId) === 'untold';
    },
    told: async (_, { participantId }) => void places.set(participantId, 'told'),
    purge: async () => {
      const gone = [...places.keys()];
      places.clear();
      return gone;
    },
    renew: async () => [],
    text: async () => '',
  };
  const behind = { meetingId, state: emptyState };
  const room = behind as Room;
  const rooms = { acquire: async () => room, release: () => {}, changed: () => {} };
  const store: LobbyDeps['store'] = {
    tell: async (id, events) => {
      tell();
      told.push(...events);
      toldIn.push(id);
      return { events: [...events] };
    },
  };
  const lobby = new Lobby({
    lobbies: lobbies as LobbyDeps['lobbies'],
    store,
    family: { inRooms: async () => [...inRooms] },
    rooms: () => rooms,
    clock,
    logger: silentLogger,
  });
  const waits = (
    name: string,
    reason: WaitingReason,
    shown: (waiting: Waiting) => void,
    isOver = async () => false,
  ): Promise<void> =>
    lobby.wait({
      meetingId,
      person: WaitingPerson.fromPartial({ participantId: name.toLowerCase(), name }),
      visitor: { waiting: shown, gone: new AbortController().signal },
      shown: Waiting.fromPartial({ reason }),
      isOver,
    });
  const adaWaits = (shown: (waiting: Waiting) => void = () => {}) => waits('Ada', WaitingReason.LOBBY, shown);
  const hears = (event: Partial<MeetingEvent>) => lobby.heard(room, MeetingEvent.fromPartial(event));
  /** The meeting's rules changed. */
  const changes = (meetingUpdated = MeetingUpdated.fromPartial({})) => hears({ meetingUpdated });
  /** Something happened behind the door: it is like this now. */
  const becomes = (state: Partial<MeetingState>, event: Partial<MeetingEvent> = {}) => {
    behind.state = { ...emptyState, ...state };
    hears(event);
  };
  const enters = async (waiting: Promise<void>) => {
    changes();
    await waiting;
  };
  return { clock, told, toldIn, inRooms, lobby, waits, adaWaits, hears, changes, becomes, enters };
}

it('forgets the place of who came in because the door was opened, and tells hosts', async () => {
  const { clock, told, adaWaits, enters } = door();
  const waiting = adaWaits();
  await expect.poll(() => told.length).toBe(1);
  await enters(waiting);
  clock.advance(20_000);
  await expect.poll(() => told.at(-1)?.waitingLeft?.participantId).toBe('ada');
});

it('tells hosts of who asks again because they could not be told at first, and once', async () => {
  const failures = [new CanopyError('STATE_UNAVAILABLE')];
  const { told, adaWaits, enters } = door(() => {
    const failure = failures.pop();
    if (failure !== undefined) throw failure;
  });
  await expect(adaWaits()).rejects.toThrow();
  const names = () => told.map(({ waitingJoined }) => waitingJoined?.name);
  const waiting = adaWaits();
  await expect.poll(names).toEqual(['Ada']);
  await enters(waiting);
  const { promise: shown, resolve } = Promise.withResolvers<void>();
  const again = adaWaits(() => resolve());
  await shown;
  await enters(again);
  expect(names()).toEqual(['Ada']);
});

it('shows who waits whether a host is there and whether it is being recorded, each change once', async () => {
  const { waits, changes, becomes } = door();
  const inLobby: Waiting[] = [];
  const backstage: Waiting[] = [];
  const ends = [
    waits('Ada', WaitingReason.LOBBY, (waiting) => inLobby.push(waiting)),
    waits('Viewer', WaitingReason.BACKSTAGE, (waiting) => backstage.push(waiting)),
  ];
  await expect.poll(() => [inLobby.length, backstage.length]).toEqual([1, 1]);
  const participants = [Role.PANELIST, Role.COHOST].map((role) => Participant.fromPartial({ id: role, role }));
  becomes({ participants });
  becomes({ participants });
  becomes({ participants, recording: RecordingNotice.fromPartial({}) });
  becomes({});
  const seen = (told: Waiting[]) => told.map(({ recorded, withoutHost }) => ({ recorded, withoutHost }));
  expect(seen(inLobby)).toEqual([
    { recorded: false, withoutHost: true },
    { recorded: false, withoutHost: false },
    { recorded: true, withoutHost: false },
    { recorded: false, withoutHost: true },
  ]);
  expect(seen(backstage)).toEqual([false, true, false].map((recorded) => ({ recorded, withoutHost: false })));
  changes();
  await Promise.all(ends);
});

it('shows who waits that hosts are there as long as they are in breakout rooms, and tells them there who waits', async () => {
  const { clock, lobby, toldIn, inRooms, waits, becomes, changes } = door();
  const withoutHost: (boolean | undefined)[] = [];
  const host = Participant.fromPartial({ id: 'host', role: Role.HOST });
  becomes({ participants: [host] });
  const wait = (name: string) => waits(name, WaitingReason.LOBBY, (waiting) => withoutHost.push(waiting.withoutHost));
  const ends = [wait('Ada')];
  await expect.poll(() => withoutHost).toEqual([false]);

  inRooms.push({ ...host, where: { id: 'red', parentId: meetingId } });
  becomes({}, { participantLeft: { participantId: 'host', reason: LeaveReason.MOVED } });
  ends.push(wait('Ben'));
  await expect.poll(() => toldIn).toEqual([meetingId, meetingId, 'red']);
  expect(withoutHost).toEqual([false, false]);

  inRooms.pop();
  const stop = lobby.run();
  clock.advance(5_000);
  await expect.poll(() => withoutHost).toEqual([false, false, true, true]);
  stop();
  changes();
  await Promise.all(ends);
});

it('shows nothing before it is known whether somebody has to wait, and all that is new then at once', async () => {
  const { waits, hears, becomes, changes } = door();
  const isOver = [Promise.withResolvers<boolean>(), Promise.withResolvers<boolean>()] as const;
  const shown: Waiting[][] = [];
  let asked = 0;
  const ends = isOver.map(({ promise }, index) => {
    const seen: Waiting[] = [];
    shown.push(seen);
    return waits(
      `Person ${index}`,
      WaitingReason.LOBBY,
      (waiting) => seen.push(waiting),
      () => {
        asked += 1;
        return promise;
      },
    );
  });
  await expect.poll(() => asked).toBe(2);
  becomes({ recording: RecordingNotice.fromPartial({}) });
  hears({ waitingTold: { text: 'Five minutes, please.' } });
  expect(shown).toEqual([[], []]);
  isOver[0].resolve(true);
  isOver[1].resolve(false);
  await ends[0];
  await expect.poll(() => shown[1]).toMatchObject([{ recorded: true, withoutHost: true }]);
  expect(shown[0]).toEqual([]);
  changes();
  await ends[1];
});

it('looks again when events were lost, and shows what is another', async () => {
  const { lobby, adaWaits, changes } = door();
  const recorded: (boolean | undefined)[] = [];
  const end = adaWaits((waiting) => recorded.push(waiting.recorded));
  await expect.poll(() => recorded).toEqual([false]);
  const state = { ...emptyState, recording: RecordingNotice.fromPartial({}) };
  lobby.look({ meetingId, state });
  lobby.look({ meetingId, state });
  lobby.look({ meetingId: 'another', state: emptyState });
  expect(recorded).toEqual([false, true]);
  changes();
  await end;
});

it('has one place for each person: who asks over another connection takes that of the one before', async () => {
  const { lobby, waits, changes } = door();
  const shown: string[] = [];
  const before = waits('Ada', WaitingReason.BACKSTAGE, () => shown.push('before'));
  await expect.poll(() => shown).toEqual(['before']);
  const after = waits('Ada', WaitingReason.BACKSTAGE, () => shown.push('after'));
  await expect(before).rejects.toMatchObject({ code: 'REPLACED' });
  await expect.poll(() => shown).toEqual(['before', 'after']);
  expect(lobby.backstage(meetingId)).toBe(1);
  changes();
  await after;
  expect(lobby.backstage(meetingId)).toBe(0);
});

it('lets the whole audience out at once when a webinar goes live: the turnstile paces it', async () => {
  const { lobby, waits, changes } = door();
  let shown = 0;
  const audience = Array.from({ length: 100 }, (_, index) =>
    waits(`Viewer ${index}`, WaitingReason.BACKSTAGE, () => {
      shown += 1;
    }),
  );
  await expect.poll(() => shown).toBe(100);
  expect(lobby.backstage(meetingId)).toBe(100);
  changes();
  await Promise.all(audience);
  expect(lobby.backstage(meetingId)).toBe(0);
});

it('leaves the audience of a webinar where it is while that stays backstage, and shows it another title', async () => {
  const { lobby, waits, adaWaits, changes, told } = door();
  const titles: string[] = [];
  const viewer = waits('Viewer', WaitingReason.BACKSTAGE, ({ title }) => titles.push(title));
  await expect.poll(() => titles).toEqual(['']);
  const ada = adaWaits();
  await expect.poll(() => told.length).toBe(1);
  const launch = (rules: { backstage: boolean; locked?: boolean }) =>
    changes(MeetingUpdated.fromPartial({ title: 'Launch', rules }));
  launch({ backstage: true });
  launch({ backstage: true, locked: true });
  await ada;
  expect(lobby.backstage(meetingId)).toBe(1);
  expect(titles).toEqual(['', 'Launch']);
  launch({ backstage: false });
  await viewer;
});
