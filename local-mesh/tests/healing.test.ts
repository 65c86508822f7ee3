import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Attendance } from '../src/testing/attendance.ts';
import { mediaGoesOn } from '../src/testing/steady-media.ts';
import { patienceMs, Stage } from './fixtures/stage.ts';

const origin = 'eu-central-1-1';
const relay = 'us-east-1-1';
const leaf = 'ap-southeast-2-1';
const convergedMs = 15_000;
let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open({
    regions: ['eu-central-1', 'us-east-1', 'us-east-1', 'ap-southeast-2'],
    edgeEnv: { EDGE_DRAIN_TIMEOUT_MS: '60000' },
  });
});

afterAll(() => stage?.[Symbol.asyncDispose]());

/** Mara in Frankfurt and Noah in Sydney, who see each other over Virginia, where nobody is. Noah comes when Sydney has everything both ways: who comes before, on a busy machine, may have one of them. */
async function acrossTheRelay() {
  const meetingId = await stage.createMeeting({ settings: { routing: { via: { [leaf]: relay }, backup: 'warm' } } });
  const mara = await stage.attend(meetingId, 'Mara', 'eu-central-1');
  const olga = await stage.attend(meetingId, 'Olga', 'ap-southeast-2');
  await settled(olga);
  const noah = await stage.attend(meetingId, 'Noah', 'ap-southeast-2');
  await olga.leave();
  await Promise.all([mara, noah].map((person) => person.receives('video', 1)));
  const { participantId } = await mara.self();
  const path = async () => {
    const track = (await noah.receptions()).find(
      (each) => each.participantId === participantId && each.kind === 'video',
    );
    return track && noah.path(track.trackId);
  };
  // A busy machine pauses, and the way is left for ten seconds.
  await expect.poll(path, { timeout: patienceMs }).toEqual([origin, relay, leaf]);
  await settled(noah);
  return { meetingId, both: [mara, noah], path };
}

/** Resolves when enough has come for the other way, and its sender reports, to be there as well: without them nobody changes ways. */
async function settled(person: Attendance): Promise<void> {
  const video = async () => (await person.receptions()).find(({ kind }) => kind === 'video')?.framesDecoded ?? 0;
  const wanted = (await video()) + 120;
  await expect.poll(video, { timeout: patienceMs, interval: 100 }).toBeGreaterThan(wanted);
}

function theRelay() {
  const edge = stage.mesh.edges.find(({ id }) => id === relay);
  if (edge === undefined) throw new Error('there is no relay');
  return edge;
}

test('a relay that is told to stop hands its children over and exits, and nobody notices', async () => {
  const { meetingId, both, path } = await acrossTheRelay();
  const epoch = await stage.epochOf(meetingId);
  const handOver = async () => {
    theRelay().kill('SIGTERM');
    await theRelay().exited();
    await stage.converged(meetingId, epoch, convergedMs);
  };
  await mediaGoesOn(both, handOver, { moved: true });
  expect(await path()).toEqual([origin, leaf]);
  for (const person of both) await person.leave();
  await theRelay().restart();
  await stage.mesh.ready();
});

test('a relay that is killed under load is left by its child alone, then by the plan, and nobody needs to be told', async () => {
  const { meetingId, both, path } = await acrossTheRelay();
  const epoch = await stage.epochOf(meetingId);
  const heal = async () => {
    theRelay().kill('SIGKILL');
    await stage.converged(meetingId, epoch, convergedMs);
  };
  await mediaGoesOn(both, heal, { moved: true });
  expect(await path()).toEqual([origin, leaf]);
  for (const person of both) await person.leave();
  await theRelay().restart();
  await stage.mesh.ready();
});

test('a region that is lost as a whole is left by whom it relayed to, and who was there is served by another one', async () => {
  const { meetingId, both, path } = await acrossTheRelay();
  const lost = stage.mesh.edges.filter(({ id }) => id.startsWith('us-east-1'));
  const lostIds = lost.map(({ id }) => id);
  expect(lostIds).toHaveLength(2);
  const lostInPlan = async () => {
    const { cascades } = await stage.api.getPlan(meetingId);
    const ids = cascades.flatMap(({ originEdgeId, nodes }) => [
      originEdgeId,
      ...nodes.flatMap(({ edgeId, parentId, backupParentId }) => [edgeId, parentId, backupParentId]),
    ]);
    return ids.filter((id) => id !== null && lostIds.includes(id));
  };
  const loseVirginia = async () => {
    const una = await stage.attend(meetingId, 'Una', 'us-east-1');
    await una.receives('video', 2);
    const before = await una.self();
    expect(lostIds).toContain(before.edge.id);
    const epoch = await stage.epochOf(meetingId);
    for (const edge of lost) edge.kill('SIGKILL');
    await expect.poll(() => una.edgeId(), { timeout: convergedMs, interval: 50 }).not.toBe(before.edge.id);
    expect((await una.self()).participantId).toBe(before.participantId);
    await una.receives('video', 2, await una.receptions());
    // They are not missed in the same moment: a plan in between may still count on one of them.
    await expect.poll(lostInPlan, { timeout: convergedMs }).toEqual([]);
    await stage.converged(meetingId, epoch, convergedMs);
    return una;
  };
  // Una's own picture began after Mara's and Noah's were looked at.
  const una = await mediaGoesOn(both, loseVirginia, { moved: true });
  expect(await path()).toEqual([origin, leaf]);
  expect(lostIds).not.toContain(await una.edgeId());
  for (const person of both) await person.receives('video', 2, await person.receptions());
});
