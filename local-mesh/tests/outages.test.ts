import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { type Mesh, startMesh } from '../src/index.ts';
import { greets } from '../src/processes/probes.ts';
import { Attendance } from '../src/testing/attendance.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { meshView } from '../src/testing/mesh-view.ts';

let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  [mesh, browser] = await Promise.all([startMesh({ regions: ['eu-central-1', 'us-east-1'] }), launchChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

const plan = z.object({ epoch: z.number() });

function askForMeeting(): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${mesh.url}/v1/meetings`, { method: 'POST', headers, body: '{}' });
}

async function createMeeting(): Promise<string> {
  return z.object({ id: z.string() }).parse(await (await askForMeeting()).json()).id;
}

async function attend(meetingId: string, name: string, region: string): Promise<Attendance> {
  const attendance = await Attendance.join(browser, mesh.url, meetingId, name, region);
  onTestFinished(() => attendance[Symbol.asyncDispose]());
  return attendance;
}

/** Mara in Frankfurt and Noah in Virginia, who see each other. */
async function twoPeople() {
  const meetingId = await createMeeting();
  const mara = await attend(meetingId, 'Mara', 'eu-central-1');
  const noah = await attend(meetingId, 'Noah', 'us-east-1');
  await Promise.all([mara.receives('video', 1), noah.receives('video', 1)]);
  return { meetingId, mara, noah, both: [mara, noah] };
}

/** Every second while `during` runs, both have decoded further. */
async function goOnSeeing(people: readonly Attendance[], during: () => Promise<void>): Promise<void> {
  let over = false;
  const watching = people.map(async (person) => {
    while (!over) {
      const before = await person.receptions();
      await delay(1_000);
      const after = await person.receptions();
      const decoded = (all: typeof before) => all.reduce((sum, { framesDecoded }) => sum + framesDecoded, 0);
      expect(decoded(after)).toBeGreaterThan(decoded(before));
    }
  });
  const work = during().finally(() => {
    over = true;
  });
  await Promise.all([work, ...watching]);
}

const epochOf = async (meetingId: string) =>
  plan.parse(await (await fetch(`${mesh.url}/v1/meetings/${meetingId}/plan`)).json()).epoch;

const edgeStates = async () => (await meshView(mesh.url)).edges.map(({ state }) => state);

function roster({ page }: Attendance): Promise<string[]> {
  return page.evaluate(() => [...(window.canopy?.view.participants.keys() ?? [])].sort());
}

async function emptyRedis(): Promise<void> {
  const port = Number(new URL(mesh.services.redisUrl).port);
  expect(await greets(port, '+OK', 'FLUSHALL\r\n')).toBe(true);
}

test('Redis is emptied while people meet: media goes on, rosters are the same again, a newer plan is taken', async () => {
  const { meetingId, mara, noah, both } = await twoPeople();
  const before = { epoch: await epochOf(meetingId), roster: await roster(mara) };
  await goOnSeeing(both, async () => {
    await emptyRedis();
    for (const person of both) await expect.poll(() => roster(person), { timeout: 5_000 }).toEqual(before.roster);
    await expect.poll(() => epochOf(meetingId), { timeout: 5_000 }).toBeGreaterThan(before.epoch);
  });
  const olga = await attend(meetingId, 'Olga', 'us-east-1');
  await olga.receives('video', 2);
  await expect.poll(() => roster(noah), { timeout: 5_000 }).toHaveLength(3);
});

test('Redis stands still for five seconds: media goes on, no edge is dead, joins work soon after', async () => {
  const { meetingId, both } = await twoPeople();
  await goOnSeeing(both, async () => {
    mesh.services.redis?.kill('SIGSTOP');
    await delay(5_000);
    mesh.services.redis?.kill('SIGCONT');
  });
  expect(await edgeStates()).toEqual(['ready', 'ready']);
  const olga = await attend(meetingId, 'Olga', 'us-east-1');
  await olga.receives('video', 2);
});

test('NATS stands still for ten seconds: media goes on, nobody is declared dead or moved, events arrive', async () => {
  const { meetingId, mara, both } = await twoPeople();
  const edges = await Promise.all(both.map((person) => person.edgeId()));
  await goOnSeeing(both, async () => {
    mesh.services.nats?.kill('SIGSTOP');
    await delay(10_000);
    expect(await edgeStates()).toEqual(['ready', 'ready']);
    mesh.services.nats?.kill('SIGCONT');
  });
  expect(await Promise.all(both.map((person) => person.edgeId()))).toEqual(edges);
  await mesh.ready();
  const olga = await attend(meetingId, 'Olga', 'us-east-1');
  await olga.receives('video', 2);
  await expect.poll(() => roster(mara), { timeout: 5_000 }).toHaveLength(3);
});

test('PostgreSQL is killed and comes back: media goes on, who comes meanwhile gets a coded error, then works', async () => {
  const { meetingId, both } = await twoPeople();
  await goOnSeeing(both, async () => {
    const gone = mesh.services.postgres?.exited();
    mesh.services.postgres?.kill('SIGKILL');
    await gone;
    const refused = await askForMeeting();
    expect(refused.status).toBe(503);
    await mesh.services.postgres?.start();
  });
  const olga = await attend(meetingId, 'Olga', 'us-east-1');
  await olga.receives('video', 2);
});
