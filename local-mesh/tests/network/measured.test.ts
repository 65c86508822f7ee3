import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createMeeting } from '../../src/testing/meetings.ts';
import { startWanMesh, type WanMesh } from '../../src/testing/wan-mesh.ts';
import { wanLeftOut } from '../../src/wan/left-out.ts';

const frankfurt = 'eu-central-1-1';
const virginia = 'us-east-1-1';
const clients = ['traveller', 'resident'];

/** Both clients have addresses that GeoIP believes in Frankfurt. The traveller, whose provider has them from there, is in Virginia. */
const rttMs = (a: string, b: string) =>
  [a, b].includes('traveller') ? ([a, b].includes(virginia) ? 12 : 140) : [a, b].includes(virginia) ? 140 : 12;

describe.skipIf(wanLeftOut())('a client that GeoIP believes elsewhere', () => {
  let net: WanMesh;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'canopy-geo-'));
    const file = join(folder, 'overrides.json');
    writeFileSync(file, JSON.stringify({ overrides: [{ cidr: '198.18.0.0/15', region: 'eu-central-1' }] }));
    const replicaEnv = { CONTROL_TRUST_CLIENT_LOCATION: 'false', CONTROL_GEO_OVERRIDES: file };
    net = await startWanMesh({ regions: ['eu-central-1', 'us-east-1'], clients, rttMs, replicaEnv });
    await Promise.all(clients.map((client) => net.browser(client)));
  });
  afterAll(async () => {
    await net?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A page in front of the meeting's door. */
  async function atTheDoor(client: string, prepare?: (page: Page) => Promise<void>): Promise<Page> {
    const context = await (await net.browser(client)).newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await prepare?.(page);
    await page.goto(`${net.url}/m/${await createMeeting(net.mesh.url)}?role=panelist&debug`);
    await page.getByTestId('join-name').fill(client);
    return page;
  }

  async function edgeAfterJoining(page: Page): Promise<string> {
    await page.getByTestId('join-button').click();
    await page.waitForFunction(() => window.canopy !== undefined);
    return await page.evaluate(() => window.canopy?.view.self.edge.id ?? '');
  }

  /** Does not measure. */
  const blind = async (page: Page) => void (await page.route('**/edges/shortlist*', (route) => route.abort()));

  test('is placed by what its browser measured, and so are later clients of its network that measured nothing', async () => {
    const { promise: measured, resolve } = Promise.withResolvers<void>();
    const measuring = await atTheDoor('traveller', async (page) => {
      // The far edge does not answer often enough: that is said when the time for measuring is over.
      page.on('console', (message) => message.text().startsWith('canopy: no further round trip') && resolve());
    });
    await measured;
    expect(await edgeAfterJoining(measuring)).toBe(virginia);
    expect(await edgeAfterJoining(await atTheDoor('traveller', blind))).toBe(virginia);
    expect(await edgeAfterJoining(await atTheDoor('resident', blind))).toBe(frankfurt);
  });
});
