import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownServicesLeftOut } from '../../../scripts/setup/services.mjs';
import { mediaGoesOn } from '../../src/testing/steady-media.ts';
import { outageMs } from '../fixtures/full-length.ts';
import { busyMs, Stage } from '../fixtures/stage.ts';

const leftOut = ownServicesLeftOut(['NATS'], process.env);
let stage: Stage;
let people: Awaited<ReturnType<Stage['twoPeople']>>;

beforeAll(async () => {
  const regions = ['eu-central-1', 'us-east-1', 'ap-southeast-2'];
  stage = await Stage.open({ regions, replicas: 2, edgeEnv: { EDGE_LINK_LINGER_MS: '1000' } });
  people = await stage.twoPeople();
});

afterAll(() => stage?.[Symbol.asyncDispose]());

async function edgesOfPlan(): Promise<string[]> {
  const { cascades } = await stage.api.getPlan(people.meetingId);
  return cascades.flatMap(({ originEdgeId, nodes }) => [originEdgeId, ...nodes.map(({ edgeId }) => edgeId)]);
}

test.skipIf(leftOut).each([
  { loss: 'killed', begin: 'SIGKILL' },
  { loss: 'stopped', begin: 'SIGSTOP' },
] as const)(
  'NATS is $loss while plans are made anew: media goes on, nobody is dead or moved, edges are current soon after',
  async ({ begin }) => {
    const { meetingId, both } = people;
    await expect.poll(edgesOfPlan, { timeout: 10_000 }).not.toContain('ap-southeast-2-1');
    const edges = await Promise.all(both.map((person) => person.edgeId()));
    const before = await stage.epochOf(meetingId);
    await mediaGoesOn(both, async () => {
      const gone = begin === 'SIGKILL' ? stage.mesh.services.nats?.exited() : undefined;
      stage.mesh.services.nats?.kill(begin);
      await gone;
      using olga = await stage.joinSoon(await stage.tokenFor(meetingId, 'Olga'), 'ap-southeast-2', 5_000);
      expect(olga.joined.edge?.region).toBe('ap-southeast-2');
      expect(await stage.epochOf(meetingId)).toBeGreaterThan(before);
      await delay(outageMs(8_000, 30_000));
      expect(await stage.edgeStates()).toEqual(['ready', 'ready', 'ready']);
      if (begin === 'SIGKILL') await stage.mesh.services.nats?.start();
      else stage.mesh.services.nats?.kill('SIGCONT');
      await stage.converged(meetingId, before, 2_000 + busyMs);
      await stage.sameRosters([...both, olga]);
      await olga.connection.leave();
      await stage.sameRosters(both);
    });
    expect(await Promise.all(both.map((person) => person.edgeId()))).toEqual(edges);
    await stage.mesh.ready();
  },
);
