import { expect, test } from 'vitest';
import { lostAfterMs, ReceptionMeter, seemsBroken, silentAfterMs, silentAloneAfterMs } from './silence.ts';

const busy = { idleMs: 5, busyMs: 10_000 };
const silent = { idleMs: silentAfterMs, busyMs: 0 };

test('a way that is silent while the other carries media seems broken', () => {
  expect(seemsBroken(silent, busy)).toBe(true);
  expect(seemsBroken({ ...silent, idleMs: silentAfterMs - 1 }, busy)).toBe(false);
});

test('a way that ended a little before the other is that of a publisher who pauses', () => {
  expect(seemsBroken(silent, { idleMs: 40, busyMs: 10_000 })).toBe(false);
});

test('two silent ways are a publisher who pauses', () => {
  expect(seemsBroken(silent, silent)).toBe(false);
  expect(seemsBroken({ idleMs: lostAfterMs, busyMs: 0 }, silent)).toBe(false);
});

test('when the publisher goes on, the way that is heard first does not discredit the other', () => {
  expect(seemsBroken(silent, { idleMs: 0, busyMs: silentAfterMs - 1 })).toBe(false);
});

test('with nothing to compare with, silence must last longer', () => {
  expect(seemsBroken(silent, undefined)).toBe(false);
  expect(seemsBroken({ idleMs: silentAloneAfterMs, busyMs: 0 }, undefined)).toBe(true);
});

test('a meter tells how long nothing came, and how long something did without a pause', () => {
  const meter = new ReceptionMeter(0);
  for (let now = 0; now <= 300; now += 25) meter.look(now, now);
  expect(meter.reception(310)).toEqual({ idleMs: 10, busyMs: 310 });
  for (let now = 325; now <= 500; now += 25) meter.look(300, now);
  expect(meter.reception(500)).toEqual({ idleMs: 200, busyMs: 0 });
  meter.look(301, 525);
  expect(meter.reception(535)).toEqual({ idleMs: 10, busyMs: 10 });
});
