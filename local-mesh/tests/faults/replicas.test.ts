import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ownServicesLeftOut } from '../../../scripts/setup/services.mjs';
import type { Replica } from '../../src/mesh/replica.ts';
import { breaksIn, type HeadlessParticipant } from '../../src/testing/headless-participant.ts';
import { Restless } from '../../src/testing/restless.ts';
import { mediaGoesOn } from '../../src/testing/steady-media.ts';
import { outageMs } from '../fixtures/full-length.ts';
import { patienceMs, Stage } from '../fixtures/stage.ts';

const servicesLeftOut = ownServicesLeftOut(['Redis', 'NATS'], process.env);
let stage: Stage;
let people: Awaited<ReturnType<Stage['twoPeople']>>;

beforeAll(async () => {
  const regions = ['eu-central-1', 'us-east-1'];
  // A hundred guests take four consumers each: a single worker would be full, and people would be moved off it.
  stage = await Stage.open({ regions, replicas: 2, workers: 2, edgeEnv: { EDGE_LINK_LINGER_MS: '1000' } });
  people = await stage.twoPeople();
});

afterAll(() => stage?.[Symbol.asyncDispose]());

// A test that fails in the middle of a fault leaves the others a whole mesh.
afterEach(async () => {
  const { replicas, services } = stage.mesh;
  for (const process of [services.redis, services.nats, ...replicas]) {
    process?.kill('SIGCONT');
    if (process?.pid === undefined) await process?.start();
  }
  await stage.mesh.ready();
});

/** Guests whose connections are on one replica. */
async function guestsOn(replica: Replica | undefined, count: number): Promise<HeadlessParticipant[]> {
  stage.balancer.preferred = replica;
  const joining = Array.from({ length: count }, async (_, index) =>
    stage.joinSoon(await stage.tokenFor(people.meetingId, `Guest ${index}`), 'us-east-1'),
  );
  const guests = await Promise.all(joining);
  stage.balancer.preferred = undefined;
  return guests;
}

const hasResumed = ({ told }: HeadlessParticipant) => told.some(({ how }) => how === 'resumed');

async function leave(guests: readonly HeadlessParticipant[]): Promise<void> {
  await Promise.all(guests.map(({ connection }) => connection.leave()));
  await stage.sameRosters(people.both);
}

function raise(message: string): never {
  throw new Error(message);
}

test('a replica is killed while people join and things happen: all go on over the other, no event is lost or told twice', async () => {
  const [doomed, other] = stage.mesh.replicas;
  const struck = await guestsOn(doomed, 4);
  const guests = [...struck, ...(await guestsOn(other, 4))];
  const restless = await Restless.begin(struck[0] ?? raise('nobody came'), 60);
  await mediaGoesOn(people.both, async () => {
    const tokens = await Promise.all(
      Array.from({ length: 6 }, (_, i) => stage.tokenFor(people.meetingId, `Late ${i}`)),
    );
    const joining = tokens.map(async (token, index) => {
      await delay(index * 15);
      return stage.joinSoon(token, 'eu-central-1');
    });
    await delay(30);
    doomed?.kill('SIGKILL');
    const late = await Promise.all(joining);
    await expect.poll(() => struck.every(hasResumed), { timeout: patienceMs }).toBe(true);
    const heard = restless.acknowledged;
    await expect.poll(() => restless.acknowledged, { timeout: patienceMs }).toBeGreaterThan(heard + 3);
    await restless.stop();
    await stage.sameRosters([...people.both, ...guests, ...late]);
    expect(late[0]?.roster).toHaveLength(2 + guests.length + late.length);
    // The last change may still be on its way.
    const everybodyHeard = () => guests.every((guest) => restless.heardBy(guest) >= restless.acknowledged);
    await expect.poll(everybodyHeard, { timeout: patienceMs }).toBe(true);
    for (const guest of [...guests, ...late]) expect(breaksIn(guest.told)).toEqual([]);
    for (const guest of guests) {
      expect(guest.told.filter(({ how }) => how === 'joined')).toHaveLength(1);
      expect(restless.heardBy(guest)).toBeLessThanOrEqual(restless.acknowledged + restless.unknown);
    }
    await leave([...guests, ...late]);
  });
});

test('a hundred sockets of a replica that is killed come back at once: all resume, and nobody else notices', async () => {
  const [doomed] = stage.mesh.replicas;
  const guests = await guestsOn(doomed, 100);
  await mediaGoesOn(people.both, async () => {
    doomed?.kill('SIGKILL');
    await expect.poll(() => guests.filter(hasResumed).length, { timeout: 15_000 }).toBe(guests.length);
    await stage.sameRosters([...people.both, ...guests]);
    for (const guest of guests) {
      expect(guest.told.filter(({ how }) => how === 'joined')).toHaveLength(1);
      expect(breaksIn(guest.told)).toEqual([]);
    }
    await leave(guests);
  });
});

test('a replica that stands still is left for the other, and has nothing to say when it goes on', async () => {
  const [, halted] = stage.mesh.replicas;
  const guests = await guestsOn(halted, 4);
  await mediaGoesOn(people.both, async () => {
    halted?.kill('SIGSTOP');
    await expect.poll(() => guests.filter(hasResumed).length, { timeout: patienceMs }).toBe(guests.length);
    halted?.kill('SIGCONT');
    await stage.sameRosters([...people.both, ...guests]);
    await leave(guests);
    for (const guest of guests) expect(breaksIn(guest.told)).toEqual([]);
  });
});

test('all replicas stand still and go on: edges serve meanwhile, and there is one plan with one copy of each track', async () => {
  await mediaGoesOn(people.both, async () => {
    for (const replica of stage.mesh.replicas) replica.kill('SIGSTOP');
    await delay(outageMs(6_000, 60_000));
    for (const replica of stage.mesh.replicas) replica.kill('SIGCONT');
    await stage.mesh.ready();
    await stage.converged(people.meetingId);
    using olga = await stage.joinSoon(await stage.tokenFor(people.meetingId, 'Olga'), 'us-east-1');
    await stage.sameRosters([...people.both, olga]);
    await stage.converged(people.meetingId);
    await leave([olga]);
  });
});

test.skipIf(servicesLeftOut)(
  'Redis and NATS are lost together: edges serve meanwhile, and there is one plan with one copy of each track',
  async () => {
    const { redis, nats } = stage.mesh.services;
    const before = await stage.epochOf(people.meetingId);
    await mediaGoesOn(people.both, async () => {
      const gone = Promise.all([redis?.exited(), nats?.exited()]);
      redis?.kill('SIGKILL');
      nats?.kill('SIGKILL');
      await gone;
      await delay(outageMs(5_000, 30_000));
      await redis?.start();
      await stage.sameRosters(people.both);
      await nats?.start();
      await stage.mesh.ready();
      await stage.converged(people.meetingId, before);
      using olga = await stage.joinSoon(await stage.tokenFor(people.meetingId, 'Olga'), 'us-east-1');
      await stage.sameRosters([...people.both, olga]);
      await leave([olga]);
    });
  },
);
