import { afterAll, beforeAll, expect, test } from 'vitest';
import { BusListener } from '../../../edge-node/src/testing/bus-listener.ts';
import { mediaGoesOn } from '../../src/testing/steady-media.ts';
import { shiftedClock } from '../fixtures/shifted-clock.ts';
import { patienceMs, Stage } from '../fixtures/stage.ts';

const minutes = 60;
let stage: Stage;
let bus: BusListener;

beforeAll(async () => {
  stage = await Stage.open({
    regions: ['eu-central-1', 'us-east-1', 'ap-southeast-2'],
    replicas: 2,
    replicaEnv: ({ id }) => shiftedClock(id === 'control-plane-1' ? 5 * minutes : -5 * minutes),
    edgeEnv: ({ region }) => ({
      EDGE_LINK_LINGER_MS: '1000',
      ...shiftedClock(region === 'eu-central-1' ? -5 * minutes : 5 * minutes),
    }),
  });
  bus = await BusListener.start(stage.mesh.services.natsUrl);
});

afterAll(async () => {
  await bus?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

test('replicas and edges whose clocks are ten minutes apart serve a meeting as ever, and apply no stale plan', async () => {
  await expect
    .poll(() => {
      const ahead = bus.heartbeats.map(({ sentAtMs }) => Math.round((sentAtMs - Date.now()) / 60_000));
      return [ahead.includes(5), ahead.includes(-5)];
    })
    .toEqual([true, true]);
  const { meetingId, both } = await stage.twoPeople();
  await mediaGoesOn(both, async () => {
    for (const replica of [...stage.mesh.replicas, ...stage.mesh.replicas]) {
      stage.balancer.preferred = replica;
      const before = await stage.epochOf(meetingId);
      using olga = await stage.join(await stage.tokenFor(meetingId, 'Olga'), 'ap-southeast-2', replica.url);
      await stage.sameRosters([...both, olga]);
      await stage.converged(meetingId, before);
      await olga.connection.leave();
      await expect.poll(() => stage.epochOf(meetingId), { timeout: patienceMs }).toBeGreaterThan(before + 1);
    }
    await stage.converged(meetingId);
  });
  expect(await stage.edgeStates()).toEqual(['ready', 'ready', 'ready']);
  for (const { id } of stage.mesh.edges) {
    const epochs = bus.routes.filter(({ edgeId }) => edgeId === id).map(({ epoch }) => epoch);
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
    expect(epochs.length).toBeGreaterThan(0);
  }
});
