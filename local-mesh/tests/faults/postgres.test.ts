import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, test as anyTest, beforeAll, expect } from 'vitest';
import { ownServicesLeftOut } from '../../../scripts/setup/services.mjs';
import { signalProcess } from '../../src/processes/signals.ts';
import { mediaGoesOn } from '../../src/testing/steady-media.ts';
import { outageMs } from '../fixtures/full-length.ts';
import { descendants, survivorsAfter } from '../fixtures/processes.ts';
import { busyMs, patienceMs, Stage } from '../fixtures/stage.ts';

const test = anyTest.skipIf(ownServicesLeftOut(['PostgreSQL'], process.env));
let stage: Stage;
let people: Awaited<ReturnType<Stage['twoPeople']>>;

beforeAll(async () => {
  stage = await Stage.open({ regions: ['eu-central-1', 'us-east-1'], replicas: 2 });
  people = await stage.twoPeople();
});

afterAll(() => stage?.[Symbol.asyncDispose]());

function pidOfPostgres(): number {
  const { pid } = stage.mesh.services.postgres ?? {};
  if (pid === undefined) throw new Error('PostgreSQL does not run');
  return pid;
}

/** Every process of PostgreSQL: one that stands still while its children serve is not stopped. */
function signalPostgres(signal: NodeJS.Signals): void {
  const pid = pidOfPostgres();
  signalProcess(pid, signal);
  // Only now: it may have had another child until it stood still.
  for (const child of descendants(pid)) signalProcess(child, signal);
}

const soonMs = 3_000 + busyMs;

async function writesWorkSoon(): Promise<void> {
  const write = async () => (await stage.api.createMeeting({})).status;
  await expect.poll(write, { timeout: soonMs, interval: 50 }).toBe('scheduled');
}

async function joinsWork(): Promise<void> {
  const { meetingId, both } = people;
  using olga = await stage.joinSoon(await stage.tokenFor(meetingId, 'Olga'), 'us-east-1', soonMs);
  await stage.sameRosters([...both, olga]);
  await olga.connection.leave();
  await stage.sameRosters(both);
}

test('PostgreSQL is killed and comes back: media goes on, who comes meanwhile is told to try again, writes work soon after', async () => {
  await mediaGoesOn(people.both, async () => {
    const gone = stage.mesh.services.postgres?.exited();
    const children = descendants(pidOfPostgres());
    stage.mesh.services.postgres?.kill('SIGKILL');
    await gone;
    await expect(stage.createMeeting()).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
    // As long as one of them is there, it does not start.
    expect(await survivorsAfter(children, patienceMs)).toEqual([]);
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
    // How much gets through in its moments is a matter of the machine.
    while (performance.now() < until || written === 0) {
      const [result] = await Promise.allSettled([stage.createMeeting()]);
      if (result.status === 'fulfilled') written += 1;
      else expect(result.reason).toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
    }
    slow = false;
    await slowing;
    await writesWorkSoon();
    await joinsWork();
  });
});
