import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { Attendance } from '../src/testing/attendance.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { meshView, untilMesh } from '../src/testing/mesh-view.ts';

let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  mesh = await startMesh({ edgeEnv: { EDGE_LINK_LINGER_MS: '1000' } });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

/** Sydney and São Paulo are fed through relays, whatever a planner would say. */
const via = { 'sa-east-1-1': 'us-east-1-1', 'ap-southeast-2-1': 'ap-southeast-1-1' };

async function createMeeting(): Promise<string> {
  const response = await fetch(`${mesh.url}/v1/meetings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Three continents', settings: { routing: { via, backup: 'none' } } }),
  });
  expect(response.status).toBe(201);
  const { id } = (await response.json()) as { id: string };
  return id;
}

test('three continents see and hear each other over relays, with one copy on each link', async () => {
  const meetingId = await createMeeting();
  await using frankfurt = await Attendance.join(browser, mesh.url, meetingId, 'Frankfurt', 'eu-central-1');
  await using sydney = await Attendance.join(browser, mesh.url, meetingId, 'Sydney', 'ap-southeast-2');
  await using saoPaulo = await Attendance.join(browser, mesh.url, meetingId, 'São Paulo', 'sa-east-1');
  const everybody = [frankfurt, sydney, saoPaulo];

  expect(await Promise.all(everybody.map((person) => person.edgeId()))).toEqual([
    'eu-central-1-1',
    'ap-southeast-2-1',
    'sa-east-1-1',
  ]);

  for (const person of everybody) {
    const video = await person.receives('video', 2);
    await person.receives('video', 2, video);
    const audio = await person.receives('audio', 2);
    await person.receives('audio', 2, audio);
  }

  const { participantId } = await frankfurt.self();
  const [fromFrankfurt] = (await saoPaulo.receptions()).filter((each) => each.participantId === participantId);
  expect(await saoPaulo.path(fromFrankfurt?.trackId ?? '')).toEqual(['eu-central-1-1', 'us-east-1-1', 'sa-east-1-1']);

  const linksOfMeeting = async () => (await meshView(mesh.url)).links.filter((link) => link.meetingId === meetingId);
  const fromFrankfurtToSaoPaulo = async () =>
    (await linksOfMeeting()).flatMap(({ parent, child, tracks }) => {
      const own = tracks.filter(({ originEdgeId }) => originEdgeId === 'eu-central-1-1');
      return child === 'sa-east-1-1' && own.length > 0 ? [[parent, own.length]] : [];
    });
  // Each edge tells of its links in its own time.
  await expect.poll(fromFrankfurtToSaoPaulo).toEqual([['us-east-1-1', 2]]);
  const carried = (await linksOfMeeting()).flatMap(({ parent, child, tracks }) =>
    tracks.map(({ id }) => `${id} ${parent}>${child}`),
  );
  expect(new Set(carried).size).toBe(carried.length);

  await sydney.leave();
  await saoPaulo.leave();
  await untilMesh(mesh.url, (view) => view.links.length === 0);
  expect((await meshView(mesh.url)).edges.map(({ state }) => state)).toEqual(Array(5).fill('ready'));
});
