import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { type Mesh, startMesh } from '../src/index.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { createMeeting } from '../src/testing/meetings.ts';
import { openPlainPage, plainOrigin, played } from '../src/testing/plain-page.ts';

const networks = { 'eu-central-1': '198.51.100.', 'us-east-1': '203.0.113.' };
const regions = ['eu-central-1', 'us-east-1'] as const;

let folder: string;
let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'canopy-whep-'));
  const overrides = join(folder, 'overrides.json');
  const where = Object.entries(networks).map(([region, network]) => ({ cidr: `${network}0/24`, region }));
  await writeFile(overrides, JSON.stringify({ overrides: where }));
  const replicaEnv = { CONTROL_TRUSTED_PROXIES: '127.0.0.1', CONTROL_GEO_OVERRIDES: overrides };
  [mesh, browser] = await Promise.all([startMesh({ regions, replicaEnv }), launchChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A plain page whose requests seem to come from a region. */
async function newPage(origin: string, region: keyof typeof networks): Promise<Page> {
  const context = await browser.newContext();
  await context.route(`${mesh.url}/**`, (route, request) =>
    route.continue({ headers: { ...request.headers(), 'x-forwarded-for': `${networks[region]}7` } }),
  );
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await openPlainPage(page, origin);
  return page;
}

async function tokenFor(meetingId: string, name: string, role: string) {
  const response = await fetch(`${mesh.url}/v1/meetings/${meetingId}/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, role }),
  });
  return z.object({ token: z.string(), participantId: z.string() }).parse(await response.json());
}

async function playsOn(page: Page): Promise<void> {
  const { frames } = await played(page);
  await expect.poll(async () => (await played(page)).frames, { timeout: 20_000 }).toBeGreaterThan(frames + 10);
  // Counted anew for each SSRC.
  const { audioPackets } = await played(page);
  await expect.poll(async () => (await played(page)).audioPackets).toBeGreaterThan(audioPackets);
}

/** Where somebody is. */
async function regionOf(meetingId: string, participantId: string): Promise<string> {
  const response = await fetch(`${mesh.url}/v1/meetings/${meetingId}/participants/${participantId}/placement`);
  return z.object({ edge: z.object({ region: z.string() }) }).parse(await response.json()).edge.region;
}

test('a plain page plays by WHEP what others publish by WHIP, across regions, whoever is shown', async () => {
  await using origin = await plainOrigin();
  const meetingId = await createMeeting(mesh.url, { title: 'Studio' });
  const [studio, guest, viewer] = await Promise.all([
    tokenFor(meetingId, 'Studio', 'panelist'),
    tokenFor(meetingId, 'Guest', 'panelist'),
    tokenFor(meetingId, 'Wall', 'attendee'),
  ]);
  const first = await newPage(origin.url, 'eu-central-1');
  const player = await newPage(origin.url, 'us-east-1');
  const call = (page: Page, expression: string) => page.evaluate(expression);
  const whip = `${mesh.url}/v1/whip/${meetingId}`;
  expect(await call(first, `publish('${whip}', '${studio.token}')`)).toBe(201);
  expect(await call(player, `play('${mesh.url}/v1/whep', '${viewer.token}')`)).toBe(201);
  await playsOn(player);
  expect(await regionOf(meetingId, studio.participantId)).toBe('eu-central-1');
  expect(await regionOf(meetingId, viewer.participantId)).toBe('us-east-1');

  expect(await call(player, 'restart()')).toBe(200);
  await expect.poll(() => call(player, 'pc.iceConnectionState')).toMatch(/connected|completed/);
  await playsOn(player);

  const second = await newPage(origin.url, 'eu-central-1');
  expect(await call(second, `publish('${whip}', '${guest.token}')`)).toBe(201);
  expect(await call(first, 'end()')).toBe(200);
  await playsOn(player);

  expect(await call(player, 'end()')).toBe(200);
  expect(await call(player, 'end()')).toBe(404);
});
