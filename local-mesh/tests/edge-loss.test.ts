import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { type Mesh, startMesh } from '../src/index.ts';
import { Attendance } from '../src/testing/attendance.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { MediaWatch } from '../src/testing/steady-media.ts';
import { busyMs } from './fixtures/stage.ts';

let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  [mesh, browser] = await Promise.all([startMesh({ regions: ['eu-central-1', 'us-east-1'] }), launchChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

async function createMeeting(): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${mesh.url}/v1/meetings`, { method: 'POST', headers, body: '{}' });
  return z.object({ id: z.string() }).parse(await response.json()).id;
}

async function attend(meetingId: string, name: string, region: string): Promise<Attendance> {
  const attendance = await Attendance.join(browser, mesh.url, meetingId, name, region, { smallCamera: true });
  onTestFinished(() => attendance[Symbol.asyncDispose]());
  return attendance;
}

/** The first picture over the new edge is decoded so soon after the last one over the lost edge, ms. */
const backWithinMs = 1_500 + busyMs;

/** Who was on another edge sees whoever lost theirs again as soon as these publish over the new one, ms. */
const seenAgainWithinMs = 4_000 + busyMs;

test('whose edge is killed sees and is seen again over another one, as the same participant', async () => {
  const meetingId = await createMeeting();
  const mara = await attend(meetingId, 'Mara', 'eu-central-1');
  const noah = await attend(meetingId, 'Noah', 'us-east-1');
  await Promise.all([mara.receives('video', 1), noah.receives('video', 1)]);
  const before = await noah.self();
  const edge = mesh.edges.find(({ id }) => id === before.edge.id);
  if (edge === undefined) throw new Error('Noah is on no edge of this mesh');

  const watches = await Promise.all([mara, noah].map((person) => MediaWatch.begin(person)));
  const shown = await Promise.all([mara, noah].map((person) => person.receptions()));
  edge.kill('SIGKILL');
  await expect.poll(() => noah.edgeId(), { interval: 50, timeout: 15_000 }).not.toBe(before.edge.id);
  for (const [index, person] of [mara, noah].entries()) await person.receivesAnew(shown[index] ?? []);
  expect((await noah.self()).participantId).toBe(before.participantId);
  const [ofMara, ofNoah] = await Promise.all(watches.map((watch) => watch.end()));
  expect(ofNoah?.longestGapMs).toBeLessThan(backWithinMs);
  expect(ofMara?.longestGapMs).toBeLessThan(seenAgainWithinMs);
});
