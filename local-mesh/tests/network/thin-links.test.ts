import { Api, TrackSource } from '@canopy/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filmText } from '../../src/testing/filmed-text.ts';
import { arrive } from '../../src/testing/guests.ts';
import { createMeeting } from '../../src/testing/meetings.ts';
import { flowBps } from '../../src/testing/wan-flow.ts';
import { startWanMesh, type WanMesh } from '../../src/testing/wan-mesh.ts';
import { wanLeftOut } from '../../src/wan/left-out.ts';

const [home, away] = ['eu-central-1', 'us-east-1'];
const [origin, leaf] = [`${home}-1`, `${away}-1`];

/** It is sent in three layers. To encode its pictures is most of the work, so there are few of them. */
const camera = { width: 1280, height: 720, frameRate: 10 };
/** A voice, and the smallest of these layers; not the next, of which a browser with little to spare sends 150 kbit/s. */
const narrowBps = 180_000;

/** Estimates of bandwidth come down, and go up, in seconds; what is not needed any more is carried for some seconds. How soon a higher layer comes is for the bench of the same name to show. */
const patience = { timeout: 60_000 };

describe.skipIf(wanLeftOut())('a link carries what those below it can have', () => {
  let net: WanMesh;

  beforeAll(async () => {
    net = await startWanMesh({ regions: [home, away], clients: ['office', 'cabin'], rttMs: () => 30 });
  });
  afterAll(() => net?.[Symbol.asyncDispose]());

  test('where their networks are weak, the layers that get through and one to climb by; the others when more gets through', async () => {
    const meetingId = await createMeeting(net.mesh.url, { mode: 'webinar' });
    await net.attend(meetingId, 'office', home, {
      smallCamera: false,
      prepare: async (page) => void (await page.addInitScript(filmText, camera)),
    });
    const viewer = await net.attend(meetingId, 'cabin', away, { role: 'attendee' });
    expect(await viewer.edgeId()).toBe(leaf);
    const lines = async () => Math.max(...(await viewer.receptions()).map(({ frameHeight }) => frameHeight));
    const api = new Api({ url: net.mesh.url });
    const carried = async () => {
      const { links } = await api.getMesh();
      const tracks = links.filter((link) => link.meetingId === meetingId).flatMap((link) => link.tracks);
      return tracks.flatMap(({ kind, layers }) => (kind === 'video' ? [layers] : []));
    };
    await expect.poll(lines, patience).toBe(720);
    await expect.poll(carried, patience).toEqual([3]);
    // For somebody beside the speaker every layer is encoded, whatever the link carries.
    const near = await arrive(net.mesh.url, meetingId, 'Ada', 'attendee');
    expect(near.joined.edge?.id).toBe(origin);
    const trackId = near.joined.meeting?.tracks.find(({ source }) => source === TrackSource.CAMERA)?.id ?? '';
    await near.client.ask({ subscribe: { wants: [{ trackId, width: 1280, height: 720, priority: 100 }] } });
    const allBps = await flowBps(net.wan, origin, leaf, 2_000);

    await net.wan.setDirection(leaf, 'cabin', { rateBps: narrowBps });
    await expect.poll(carried, patience).toEqual([2]);
    await expect.poll(lines, patience).toBe(180);
    await expect.poll(() => flowBps(net.wan, origin, leaf), patience).toBeLessThan(allBps / 2);

    await net.wan.setDirection(leaf, 'cabin', { rateBps: 0 });
    await expect.poll(lines, patience).toBeGreaterThanOrEqual(360);
    await expect.poll(carried, patience).toEqual([3]);
    await expect.poll(lines, patience).toBe(720);
  });
});
