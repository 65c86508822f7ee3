import { setImmediate as turn } from 'node:timers/promises';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, onTestFinished, test } from 'vitest';
import { JobLease } from './job-lease.ts';

const away = () => Promise.reject(new CanopyError('STATE_UNAVAILABLE'));
const silent = () => new Promise<never>(() => undefined);
const ours = async () => true;
const theirs = async () => false;

/** A lease whose database answers in its turn, for the last time for ever; time passes in seconds. */
function held(...answers: (() => Promise<boolean>)[]) {
  const clock = new VirtualClock(1_000_000);
  const told: number[] = [];
  const renew = (progress: number) => {
    told.push(progress);
    return (answers.length > 1 ? answers.shift() : answers[0])?.() ?? ours();
  };
  const lease = new JobLease({ since: clock.now(), renew, clock, logger: silentLogger });
  onTestFinished(() => lease[Symbol.dispose]());
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      await turn();
    }
    return lease.lost.aborted;
  };
  return { lease, pass, told };
}

test('a database that is away or silent for a while takes no job from who has it', async () => {
  const { pass } = held(away, silent, ours, ours, away, away, ours);
  expect(await pass(60)).toBe(false);
});

test('a job that nobody could be told of is let go before somebody else may take it', async () => {
  for (const answer of [away, silent]) {
    const { pass } = held(ours, answer);
    // It was said for the last time after five.
    expect(await pass(5 + 16)).toBe(false);
    expect(await pass(1)).toBe(true);
  }
});

test('a job that is somebody else’s, or nobody’s any more, is let go at once', async () => {
  const { pass } = held(ours, theirs);
  expect(await pass(9)).toBe(false);
  expect(await pass(1)).toBe(true);
});

test('how far it is is told at once, and again where that failed', async () => {
  const { lease, pass, told } = held(away, ours);
  await lease.progressed(0.5);
  await pass(5);
  expect(told).toEqual([0.5, 0.5]);
  expect(lease.lost.aborted).toBe(false);
});

test('what was given back is neither renewed nor lost', async () => {
  const { lease, pass, told } = held(ours);
  lease[Symbol.dispose]();
  expect(await pass(60)).toBe(false);
  expect(told).toEqual([]);
});
