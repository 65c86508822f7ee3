import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, test as anyTest, beforeAll, expect } from 'vitest';
import { ownServicesLeftOut } from '../../../scripts/setup/services.mjs';
import { signalProcess } from '../../src/processes/signals.ts';
import { mediaGoesOn } from '../../src/testing/steady-media.ts';
import { outageMs } from '../fixtures/full-length.ts';
import { descendants } from '../fixtures/processes.ts';
import { Stage } from '../fixtures/stage.ts';

const test = anyTest.skipIf(ownServicesLeftOut(['PostgreSQL'], process.env));
let stage: Stage;
let people: Awaited<ReturnType<Stage['twoPeople']>>;

beforeAll(async () => {
  stage = await Stage.open({ regions: ['eu-central-1', 'us-east-1'], replicas: 2 });
  people = await stage.twoPeople();
});

afterAll(() => stage?.[Symbol.asyncDispose]());

/** Every process of PostgreSQL: one that stands still while its children serve is not stopped. */
function signalPostgres(signal: NodeJS.Signals): void {
  const { pid } = stage.mesh.services.postgres ?? {};
  if (pid === undefined) throw new Error('PostgreSQL does not run');
  for (const one of [pid, ...descendants(pid)]) signalProcess(one, signal);
}

const patienceMs = 3_000;

async function writesWorkSoon(): Promise<void> {
  const write = async () => (await stage.api.createMeeting({})).status;
  await expect.poll(write, { timeout: patienceMs, interval: 50 }).toBe('scheduled');
}

async function joinsWork(): Promise<void> {
  const { meetingId, both } = people;
  using olga = await stage.joinSoon(await stage.tokenFor(meetingId, 'Olga'), 'us-east-1', patienceMs);
  await stage.sameRosters([...both, olga]);
  await olga.connection.leave();
  await stage.sameRosters(both);
}

test('PostgreSQL is killed and comes back: media goes on, who comes meanwhile is told to try again, writes work soon after', async () => {
  await mediaGoesOn(people.both, async () => {
    const gone = stage.mesh.services.postgres?.exited();
    stage.mesh.services.postgres?.kill('SIGKILL');
    await gone;
    await expect(stage.createMeeting()).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
    await stage.mesh.services.postgres?.start();
    await writesWorkSoon();
    await joinsWork();
  });
});

test('PostgreSQL stands still: media goes on, requests fail in bounded time, writes work soon after', async () => {
  await mediaGoesOn(people.both, async () => {
    signalPostgres('SIGSTOP');
    const until = performance.now() + outageMs(6_000, 20_000);
    while (performance.now() < until) {
      const requests = Array.from({ length: 8 }, () => stage.createMeeting());
      for (const result of await Promise.allSettled(requests))
        expect(result).toMatchObject({ status: 'rejected', reason: { code: 'STATE_UNAVAILABLE', retryable: true } });
    }
    signalPostgres('SIGCONT');
    await writesWorkSoon();
    await joinsWork();
  });
});

test('PostgreSQL is slow: media goes on, requests succeed or are told to try again', async () => {
  await mediaGoesOn(people.both, async () => {
    const until = performance.now() + outageMs(6_000, 20_000);
    let slow = true;
    const slowDown = async () => {
      while (slow) {
        signalPostgres('SIGSTOP');
        await delay(700);
        signalPostgres('SIGCONT');
        await delay(30);
      }
    };
    const slowing = slowDown();
    let written = 0;
    while (performance.now() < until) {
      const [result] = await Promise.allSettled([stage.createMeeting()]);
      if (result.status === 'fulfilled') written += 1;
      else expect(result.reason).toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
    }
    slow = false;
    await slowing;
    expect(written).toBeGreaterThan(0);
    await writesWorkSoon();
    await joinsWork();
  });
});
