import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Attendance } from '../../src/testing/attendance.ts';
import { createMeeting } from '../../src/testing/meetings.ts';
import { startWanMesh, type WanMesh } from '../../src/testing/wan-mesh.ts';
import { wanLeftOut } from '../../src/wan/left-out.ts';

const region = 'eu-central-1';
const edge = 'eu-central-1-1';
const otherRegion = 'us-east-1';
const otherEdge = 'us-east-1-1';

/** Voices, and the smallest picture of a camera that sends three. */
const narrowBps = 250_000;

/** Estimates come down in seconds, and what means nothing for a moment is not told. */
const noticedWithinMs = 60_000;

/** What an audience waits at least. */
const leastBufferMs = 60;

/** What a browser is asked to hold back of what it receives, ms, the least of all tracks and the most; 0: what it thinks best, and while there are none. */
async function askedBufferMs({ page }: Attendance): Promise<{ least: number; most: number }> {
  const targets = await page.evaluate(() => {
    // Of a meeting, and not what only measures how much gets through.
    const shown = new Set(window.canopy?.view.received.values());
    const receivers = window.connections.flatMap((connection) => connection.getReceivers());
    return receivers.filter(({ track }) => shown.has(track)).map((receiver) => receiver.jitterBufferTarget ?? 0);
  });
  return { least: targets.length === 0 ? 0 : Math.min(...targets), most: Math.max(0, ...targets) };
}

/** What a browser has counted of the pictures it sends, or shows. */
function countsOf({ page }: Attendance, type: 'outbound-rtp' | 'inbound-rtp') {
  return page.evaluate(async (wanted) => {
    const reports = await Promise.all(window.connections.map((connection) => connection.getStats()));
    // Nothing is decoded of what only measures how much gets through.
    const streams = reports.flatMap((report) =>
      [...report.values()].filter(
        ({ type, kind, framesDecoded }) => type === wanted && kind === 'video' && framesDecoded !== 0,
      ),
    );
    const sum = (key: string) => streams.reduce((total, stream) => total + (stream[key] ?? 0), 0);
    return {
      /** Requests for lost packets and for keyframes. */
      asked: { losses: sum('nackCount'), keyFrames: sum('pliCount') },
      repaired: sum('retransmittedPacketsReceived'),
    };
  }, type);
}

let net: WanMesh;

beforeAll(async () => {
  if (wanLeftOut()) return;
  net = await startWanMesh({ regions: [region, otherRegion], clients: ['office', 'cabin'], rttMs: () => 30 });
});
afterAll(() => net?.[Symbol.asyncDispose]());

test.skipIf(wanLeftOut())(
  "what a viewer's last mile loses is sent again by its own edge, and the publisher is asked for nothing",
  async () => {
    const meetingId = await createMeeting(net.mesh.url);
    const speaker = await net.attend(meetingId, 'office', region);
    const viewer = await net.attend(meetingId, 'cabin', otherRegion);
    expect([await speaker.edgeId(), await viewer.edgeId()]).toEqual([edge, otherEdge]);
    await viewer.receives('video', 1);
    const before = await Promise.all([countsOf(speaker, 'outbound-rtp'), countsOf(viewer, 'inbound-rtp')]);

    await net.wan.setDirection(otherEdge, 'cabin', { lossRatio: 0.08 });
    const repaired = async () => (await countsOf(viewer, 'inbound-rtp')).repaired - before[1].repaired;
    await expect.poll(repaired, { timeout: 30_000 }).toBeGreaterThan(20);
    await net.wan.setDirection(otherEdge, 'cabin', { lossRatio: 0 });

    await viewer.receives('video', 1, await viewer.receptions());
    // Nothing stayed away for good: without a part of a picture none that follows can be decoded, and a keyframe is asked for.
    const { asked } = await countsOf(viewer, 'inbound-rtp');
    expect(asked.losses).toBeGreaterThan(before[1].asked.losses);
    expect(asked.keyFrames).toBe(before[1].asked.keyFrames);
    expect((await countsOf(speaker, 'outbound-rtp')).asked).toEqual(before[0].asked);
  },
);

describe.skipIf(wanLeftOut())('a client whose connection is narrow is told what that does, and what to do', () => {
  const notice = async ({ page }: Attendance) => (await page.getByTestId('quality-notice').textContent()) ?? '';
  const isTold = (person: Attendance, text: string) =>
    expect.poll(() => notice(person), { timeout: noticedWithinMs }).toContain(text);
  const isToldNoMore = (person: Attendance, text: string) =>
    expect.poll(() => notice(person), { timeout: noticedWithinMs }).not.toContain(text);

  test('when pictures come smaller than its tiles are', async () => {
    const meetingId = await createMeeting(net.mesh.url);
    await net.attend(meetingId, 'office', region, { smallCamera: false });
    const noah = await net.attend(meetingId, 'cabin', region);
    // The middle layer fills what is large there: to decode a larger one is much work, and no part of this.
    await noah.page.setViewportSize({ width: 640, height: 480 });
    await noah.receives('video', 1);
    await net.wan.setDirection(edge, 'cabin', { rateBps: narrowBps });
    const lowered =
      'Your connection can’t carry sharper pictures right now. Move closer to your router, or use a cable.';
    await isTold(noah, lowered);
    await net.wan.setDirection(edge, 'cabin', { rateBps: 0 });
    await isToldNoMore(noah, lowered);
  });

  test('when its own camera goes out smaller than it is, which others see at its tile', async () => {
    await net.wan.setDirection('cabin', edge, { rateBps: narrowBps });
    const meetingId = await createMeeting(net.mesh.url);
    const noah = await net.attend(meetingId, 'cabin', region, { smallCamera: false });
    // Of a camera that nobody sees only the smallest layer is encoded.
    const mara = await net.attend(meetingId, 'office', region);
    const lowered = 'Your upload is weak; your camera was lowered. Turn off your camera to keep your voice clear.';
    await isTold(noah, lowered);
    const { participantId } = await noah.self();
    const tile = mara.page.locator(`[data-testid=tile][data-participant-id="${participantId}"]`);
    const weak = tile.getByRole('img', { name: /^Connection: (?:poor|bad)$/ });
    await weak.waitFor({ timeout: noticedWithinMs });
    // What it is told to do helps.
    await noah.page.getByTestId('toggle-camera').click();
    await isToldNoMore(noah, 'Your upload is weak');
    await weak.waitFor({ state: 'detached', timeout: noticedWithinMs });
  });

  test('and an audience waits longer where its network is uneven, while those who talk never do', async () => {
    await net.wan.setDirection('cabin', edge, { rateBps: 0 });
    const meetingId = await createMeeting(net.mesh.url, { mode: 'webinar' });
    const speaker = await net.attend(meetingId, 'office', region);
    const other = await net.attend(meetingId, 'cabin', region);
    const watcher = await net.attend(meetingId, 'cabin', region, { role: 'attendee' });
    const least = async () => (await askedBufferMs(watcher)).least;
    const patience = { timeout: 30_000 };
    await expect.poll(least, patience).toBeGreaterThanOrEqual(leastBufferMs);
    const { most: calmMs } = await askedBufferMs(watcher);
    await net.wan.setPath(edge, 'cabin', { delayMs: 60, jitterMs: 60 });
    await expect.poll(least, patience).toBeGreaterThan(calmMs);
    await watcher.page.getByTestId('toggle-statistics').click();
    const shownMs = async () => {
      const text = (await watcher.page.getByTestId('statistics').textContent()) ?? '';
      return Math.max(0, ...[...text.matchAll(/\/ (\d+) ms/g)].map(([, ms]) => Number(ms)));
    };
    await expect.poll(shownMs, patience).toBeGreaterThan(calmMs);
    for (const person of [speaker, other]) expect(await askedBufferMs(person)).toEqual({ least: 0, most: 0 });
  });
});
