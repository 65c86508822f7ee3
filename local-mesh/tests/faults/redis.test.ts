import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, test as anyTest, beforeAll, expect } from 'vitest';
import { ownServicesLeftOut } from '../../../scripts/setup/services.mjs';
import { onRedis } from '../../src/services/clients.ts';
import { mediaGoesOn } from '../../src/testing/steady-media.ts';
import { outageMs } from '../fixtures/full-length.ts';
import { busyMs, patienceMs, Stage } from '../fixtures/stage.ts';

/** Of its return. */
const joinsWorkWithinMs = 2_000 + busyMs;
/** Of its loss of memory, or its return without one. */
const planIsTakenWithinMs = 3_000 + busyMs;

const test = anyTest.skipIf(ownServicesLeftOut(['Redis'], process.env));
let stage: Stage;
let people: Awaited<ReturnType<Stage['twoPeople']>>;

beforeAll(async () => {
  const regions = ['eu-central-1', 'us-east-1'];
  stage = await Stage.open({ regions, replicas: 2, edgeEnv: { EDGE_LINK_LINGER_MS: '1000' } });
  people = await stage.twoPeople();
});

afterAll(() => stage?.[Symbol.asyncDispose]());

test.each([1_000, 6_000])(
  'Redis stands still for %i ms: media goes on, no edge is dead, joins are told to try again',
  async (pauseMs) => {
    const { meetingId, both } = people;
    const token = await stage.tokenFor(meetingId, 'Olga');
    await mediaGoesOn(both, async () => {
      stage.mesh.services.redis?.kill('SIGSTOP');
      const [early] = await Promise.allSettled([stage.join(token, 'us-east-1'), delay(pauseMs)]);
      expect(await stage.edgeStates()).toEqual(['ready', 'ready']);
      stage.mesh.services.redis?.kill('SIGCONT');
      if (early.status === 'fulfilled') early.value[Symbol.dispose]();
      else expect(early.reason).toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
      using olga = await stage.joinSoon(token, 'us-east-1', joinsWorkWithinMs);
      await stage.sameRosters([...both, olga]);
      await olga.connection.leave();
      await stage.sameRosters(both);
    });
  },
);

test('Redis is stopped and comes back empty: media goes on, no edge is dead, joins work again, edges take a newer plan', async () => {
  const { meetingId, both } = people;
  const token = await stage.tokenFor(meetingId, 'Olga');
  const before = await stage.epochOf(meetingId);
  await mediaGoesOn(both, async () => {
    const stopped = stage.mesh.services.redis?.exited();
    stage.mesh.services.redis?.kill('SIGKILL');
    await stopped;
    await delay(outageMs(5_000, 60_000));
    await expect(stage.join(token, 'us-east-1')).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
    expect(await stage.edgeStates()).toEqual(['ready', 'ready']);
    await stage.mesh.services.redis?.start();
    using olga = await stage.joinSoon(token, 'us-east-1', joinsWorkWithinMs);
    await stage.sameRosters([...both, olga]);
    await stage.converged(meetingId, before, planIsTakenWithinMs);
    await olga.connection.leave();
    await stage.sameRosters(both);
  });
});

test('Redis is emptied while people meet: media goes on, edges take a newer plan, rosters and raised hands are the same again', async () => {
  const { meetingId, mara, noah, both } = people;
  for (const { page } of [noah, mara]) {
    await page.getByTestId('toggle-hand').click();
    await page.locator('[data-testid=toggle-hand][data-on=true]').waitFor();
  }
  for (const person of both) {
    // Who left before may still be seen, and what one replica has told the other may not have heard.
    await expect.poll(() => person.roster, { timeout: patienceMs }).toHaveLength(2);
    await person.page.getByTestId('raised-hand').nth(1).waitFor();
  }
  const before = { epoch: await stage.epochOf(meetingId), roster: await mara.roster };
  await mediaGoesOn(both, async () => {
    await onRedis(stage.mesh.services.redisUrl, (redis) => redis.flushall());
    await stage.converged(meetingId, before.epoch, planIsTakenWithinMs);
    for (const person of both)
      await expect.poll(() => person.roster, { timeout: 5_000 + busyMs }).toEqual(before.roster);
  });
  using olga = await stage.joinSoon(await stage.tokenFor(meetingId, 'Olga'), 'us-east-1', joinsWorkWithinMs);
  await stage.sameRosters([...both, olga]);
  expect(olga.roster).toHaveLength(3);
  expect(olga.joined.meeting?.hands.map(({ name }) => name)).toEqual(['Noah', 'Mara']);
});
