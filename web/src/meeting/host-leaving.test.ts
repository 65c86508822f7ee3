import { Role } from '@canopy/client';
import { expect, test } from 'vitest';
import { meetingView, person } from '../testing/meeting-view.ts';
import { hostLeaving } from './host-leaving.ts';

const me = person('me', { role: Role.HOST });
const of = (...others: ReturnType<typeof person>[]) => meetingView({ participants: new Map([me, ...others]) });
const heirIds = (view: ReturnType<typeof meetingView>) => hostLeaving(view)?.heirs.map(({ id }) => id);

test('a host who leaves others behind can hand over to whoever is there, first to cohosts', () => {
  const view = of(person('ada'), person('zoe', { role: Role.COHOST }));
  expect(heirIds(view)).toEqual(['zoe', 'ada']);
  expect(hostLeaving(view)?.hasSuccessor).toBe(true);
  expect(hostLeaving(of(person('ada')))?.hasSuccessor).toBe(false);
});

test('nobody is asked who is alone, no host, or not the only one', () => {
  expect(hostLeaving(of())).toBeNull();
  expect(hostLeaving(of(person('ada'), person('ben', { role: Role.HOST })))).toBeNull();
  const { self } = of();
  expect(hostLeaving({ ...of(person('ada')), self: { ...self, role: Role.COHOST } })).toBeNull();
});

test('a host who is away, or a program, keeps no meeting going, and an audience stays too', () => {
  const away = person('ada', { role: Role.HOST, connected: false });
  expect(heirIds(of(away, person('encoder', { bare: true }), person('ben')))).toEqual(['ben']);
  expect(heirIds({ ...of(), attendeeCount: 3 })).toEqual([]);
});
