import { afterAll, beforeAll, expect, test } from 'vitest';
import { signalProcess } from '../../src/processes/signals.ts';
import { mediaGoesOn } from '../../src/testing/steady-media.ts';
import { workersOf } from '../../src/testing/workers.ts';
import { busyMs, Stage } from '../fixtures/stage.ts';

const replacedMs = 2_000 + busyMs;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open({ regions: ['eu-central-1'], workers: 2 });
});

afterAll(() => stage?.[Symbol.asyncDispose]());

async function busyWorkers(): Promise<number[]> {
  const [edge] = (await stage.api.getMesh()).edges;
  return (edge?.workers ?? []).filter(({ transports }) => transports > 0).map(({ index }) => index);
}

async function twoIn(meetingId: string, names: readonly [string, string]) {
  const people = await Promise.all(names.map((name) => stage.attend(meetingId, name, 'eu-central-1')));
  await Promise.all(people.map((person) => person.receives('video', 1)));
  return people;
}

test('a worker is killed: its neighbours notice nothing, its participants see each other again, and it is replaced', async () => {
  const [edge] = stage.mesh.edges;
  if (edge === undefined) throw new Error('there is no edge');
  const struck = await twoIn(await stage.createMeeting(), ['Mara', 'Noah']);
  await expect.poll(busyWorkers).toHaveLength(1);
  const [worker = -1] = await busyWorkers();
  const neighbours = await twoIn(await stage.createMeeting(), ['Olga', 'Paul']);
  await expect.poll(busyWorkers).toHaveLength(2);

  const before = await Promise.all(struck.map((person) => person.self()));
  const pid = workersOf(edge).get(worker)?.pid;
  if (pid === undefined) throw new Error(`the log does not tell the pid of worker ${worker}`);
  const shown = await Promise.all(struck.map((person) => person.receptions()));
  await mediaGoesOn(neighbours, async () => {
    const killedAt = Date.now();
    signalProcess(pid, 'SIGKILL');
    await Promise.all(struck.map((person, index) => person.receivesAnew(shown[index] ?? [])));
    await expect.poll(() => workersOf(edge).get(worker)?.pid, { interval: 50 }).not.toBe(pid);
    expect(workersOf(edge).get(worker)?.startedAt).toBeLessThan(killedAt + replacedMs);
  });
  const after = await Promise.all(struck.map((person) => person.self()));
  expect(after.map(({ participantId }) => participantId)).toEqual(before.map(({ participantId }) => participantId));
  expect(new Set(workersOf(edge).keys())).toEqual(new Set([0, 1]));
});
