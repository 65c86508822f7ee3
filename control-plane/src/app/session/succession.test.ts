import { setImmediate as settled } from 'node:timers/promises';
import { Participant, Role } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { Succession } from './succession.ts';

const where = { id: 'm', parentId: undefined };
const cohost = { ...Participant.fromPartial({ id: 'ben', role: Role.COHOST, connected: true }), where };

function succession(refusal: () => CanopyError | undefined) {
  const clock = new VirtualClock(0);
  const hosts: string[] = [];
  let looks = 0;
  const everybody = async () => {
    looks++;
    const error = refusal();
    if (error !== undefined) throw error;
    return [cohost];
  };
  const give = async (_meeting: unknown, participantId: string) => {
    hosts.push(participantId);
    return cohost;
  };
  const deps = { family: { everybody }, roles: { give }, clock, random: () => 1, logger: silentLogger };
  const seconds = async (howMany: number) => {
    for (let second = 0; second < howMany; second++) {
      await settled();
      clock.advance(1_000);
    }
    await settled();
  };
  return { succession: new Succession(deps), hosts, seconds, looks: () => looks };
}

test('a cohost becomes host when the state can be read again, though the host left meanwhile', async () => {
  let away = true;
  const here = succession(() => (away ? new CanopyError('STATE_UNAVAILABLE') : undefined));
  await here.succession.somebodyLeft('m');
  await here.succession.somebodyLeft('m');
  await here.seconds(20);
  expect(here.hosts).toEqual([]);
  away = false;
  await here.seconds(20);
  expect(here.hosts).toEqual(['ben']);
});

test('what can never be read is not looked at again', async () => {
  const here = succession(() => new CanopyError('MEETING_NOT_FOUND'));
  await here.succession.somebodyLeft('m');
  await here.seconds(20);
  expect(here.looks()).toBe(1);
});
