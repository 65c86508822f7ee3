import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import { IceRecovery } from './ice-recovery.ts';

function setUp() {
  const clock = new VirtualClock();
  const log: string[] = [];
  const recovery = new IceRecovery({
    clock,
    restart: () => log.push(`restart ${clock.now()}`),
    suspect: () => log.push(`suspect ${clock.now()}`),
    giveUp: () => log.push(`give up ${clock.now()}`),
  });
  return { clock, log, recovery };
}

test('a hiccup that heals within a second is left alone', () => {
  const { clock, log, recovery } = setUp();
  recovery.update('interrupted');
  clock.advance(900);
  recovery.update('connected');
  clock.advance(60_000);
  expect(log).toEqual([]);
});

test('a dead path gets three restarts, other edges meanwhile, then the advice to start over', () => {
  const { clock, log, recovery } = setUp();
  recovery.update('interrupted');
  recovery.update('interrupted');
  clock.advance(60_000);
  expect(log).toEqual([
    'restart 1000',
    'suspect 5000',
    'restart 5000',
    'suspect 9000',
    'restart 9000',
    'give up 13000',
  ]);
});

test('the connecting that follows a restart is no recovery, the connected is', () => {
  const { clock, log, recovery } = setUp();
  recovery.update('interrupted');
  clock.advance(1_000);
  recovery.update('connecting');
  clock.advance(4_000);
  recovery.update('connected');
  clock.advance(60_000);
  expect(log).toEqual(['restart 1000', 'suspect 5000', 'restart 5000']);
});

test('each interruption has its own three restarts', () => {
  const { clock, log, recovery } = setUp();
  for (let round = 0; round < 5; round++) {
    recovery.update('interrupted');
    clock.advance(1_000);
    recovery.update('connected');
  }
  expect(log).toHaveLength(5);
  expect(log.every((line) => line.startsWith('restart'))).toBe(true);
});

test('an edge that nothing gets through to is suspected before it is tried again', () => {
  const { clock, log, recovery } = setUp();
  recovery.update('connecting');
  clock.advance(2_999);
  expect(log).toEqual([]);
  clock.advance(4_001);
  expect(log).toEqual(['suspect 3000', 'restart 7000']);
});

test('who connects in time suspects nobody', () => {
  const { clock, log, recovery } = setUp();
  recovery.update('connecting');
  clock.advance(2_000);
  recovery.update('connected');
  clock.advance(60_000);
  expect(log).toEqual([]);
});
