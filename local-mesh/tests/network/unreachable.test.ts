import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMeeting } from '../../src/testing/meetings.ts';
import { untilMesh } from '../../src/testing/mesh-view.ts';
import { startWanMesh, type WanMesh } from '../../src/testing/wan-mesh.ts';
import { wanLeftOut } from '../../src/wan/left-out.ts';

const frankfurt = 'eu-central-1-1';
const clients = ['mara', 'noah'];

describe.skipIf(wanLeftOut())('an edge that no UDP gets through to while its heartbeats look healthy', () => {
  let net: WanMesh;

  beforeAll(async () => {
    const regions = ['eu-central-1', 'eu-west-1', 'us-east-1'];
    const rttMs = (a: string, b: string) => ([a, b].includes('us-east-1-1') ? 80 : 20);
    net = await startWanMesh({ regions, clients, rttMs });
    await Promise.all(clients.map((client) => net.browser(client)));
  });
  afterAll(() => net?.[Symbol.asyncDispose]());

  async function cutUdp(cut: false | 'udp'): Promise<void> {
    const others = [...net.nodes, ...clients].filter((node) => node !== frankfurt);
    await Promise.all(others.map((other) => net.wan.setPath(frankfurt, other, { cut })));
  }

  test('is quarantined; who joins meanwhile is served by another one within seconds, and who comes later gets no other', async () => {
    const meetingId = await createMeeting(net.mesh.url);
    const noah = await net.attend(meetingId, 'noah', 'us-east-1');
    const { promise: isCut, resolve: tellCut } = Promise.withResolvers<void>();
    // When the page asks for a token: one that is slow to load might come when the edge is quarantined already.
    const prepare = async (page: Page) => {
      await page.route('**/tokens', async (route) => {
        await cutUdp('udp');
        tellCut();
        await route.continue();
      });
    };
    const quarantined = isCut.then(async () => {
      const cutAt = performance.now();
      const isQuarantined = ({ state }: { state: string }) => state === 'quarantined';
      const { edges } = await untilMesh(net.mesh.url, (view) => view.edges.some(isQuarantined));
      return { edges, afterMs: performance.now() - cutAt };
    });

    const mara = await net.attend(meetingId, 'mara', 'eu-central-1', { prepare });
    const joinedAt = performance.now();
    const givenFirst = await mara.edgeId();
    await Promise.all([mara.receives('video', 1), noah.receives('video', 1)]);
    const servedMs = performance.now() - joinedAt;
    const { edges, afterMs } = await quarantined;
    expect(givenFirst).toBe(frankfurt);
    expect(await mara.edgeId()).not.toBe(frankfurt);
    expect(servedMs).toBeLessThan(promisedMs + busyMs);
    expect(afterMs).toBeLessThan(15_000);
    expect(edges.map(({ id, state }) => [id, state])).toEqual([
      [frankfurt, 'quarantined'],
      ['eu-west-1-1', 'ready'],
      ['us-east-1-1', 'ready'],
    ]);

    const olga = await net.attend(meetingId, 'mara', 'eu-central-1');
    await olga.receives('video', 2);
    expect(await olga.edgeId()).not.toBe(frankfurt);
    await cutUdp(false);
  });
});

const promisedMs = 5_000;
/** What a machine adds that runs two browsers and a mesh. */
const busyMs = 3_000;
