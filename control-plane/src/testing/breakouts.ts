import { BreakoutPhase, type Breakouts, type ManageBreakouts } from '@canopy/proto/breakouts';
import type { Joined } from '@canopy/proto/signal';
import { newMeeting } from './api.ts';
import type { Pair } from './pair.ts';
import { joined, type Person } from './people.ts';
import type { SignalClient } from './signal-client.ts';

/** Ada, who is the host on one replica, Ben and Cem on the other, and two rooms that are prepared. */
export async function prepareBreakouts(
  { mesh, one, two }: Pick<Pair, 'mesh' | 'one' | 'two'>,
  { selfChosen = false, settings = {} }: { selfChosen?: boolean; settings?: object } = {},
) {
  const meetingId = await newMeeting(one.httpAddress, { title: 'All of us', settings });
  const ada = await joined(mesh, one, meetingId, 'Ada');
  const ben = await joined(mesh, two, meetingId, 'Ben', { role: 'panelist' });
  const cem = await joined(mesh, two, meetingId, 'Cem', { role: 'panelist' });
  await manage(ada.client, { create: { names: ['Red', 'Blue'], selfChosen } });
  const { rooms } = await untilTold(ada.client, ({ phase }) => phase === BreakoutPhase.PREPARED);
  const [red = '', blue = ''] = rooms.map(({ id }) => id);
  return { meetingId, ada, ben, cem, red, blue };
}

export async function manage(client: SignalClient, what: ManageBreakouts): Promise<void> {
  const { error } = await client.ask({ manageBreakouts: what });
  if (error !== undefined) throw new Error(`refused: ${JSON.stringify(error)}`);
}

export const open: ManageBreakouts = { change: { open: true, rename: [] } };

export const assign = (roomId: string, ...people: Person[]): ManageBreakouts => ({
  assign: { assignments: people.map(({ participantId }) => ({ participantId, roomId })) },
});

/** The host opens the rooms, with somebody in one of them who is there now. */
export async function openWith(host: Person, roomId: string, person: Person): Promise<Joined> {
  await manage(host.client, assign(roomId, person));
  await manage(host.client, open);
  return await untilIn(person.client, roomId);
}

/** How often somebody was taken to another meeting so far. */
export const transfers = (client: SignalClient): Joined[] =>
  client.received.flatMap(({ transfer }) => (transfer?.joined === undefined ? [] : [transfer.joined]));

/** Waits until somebody is in a meeting by being taken there, for the `times`th time at all. */
export async function untilIn(client: SignalClient, meetingId: string, times = 1): Promise<Joined> {
  await client.until(() => transfers(client)[times - 1]);
  const there = transfers(client)[times - 1];
  if (there?.meeting?.meetingId !== meetingId) throw new Error(`in ${there?.meeting?.meetingId}`);
  return there;
}

export function untilTold(client: SignalClient, matches: (told: Breakouts) => boolean): Promise<Breakouts> {
  return client.until(({ breakouts }) => (breakouts !== undefined && matches(breakouts) ? breakouts : undefined));
}
