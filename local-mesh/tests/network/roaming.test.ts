/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMeeting } from '../../src/testing/meetings.ts';
import { watchSilence } from '../../src/testing/silence.ts';
import { startWanMesh, type WanMesh } from '../../src/testing/wan-mesh.ts';
import { wanLeftOut } from '../../src/wan/left-out.ts';

const region = 'eu-central-1';

describe.skipIf(wanLeftOut())('a client whose address changes', () => {
  let net: WanMesh;

  beforeAll(async () => {
    net = await startWanMesh({ regions: [region], clients: ['home', 'train'], rttMs: () => 30 });
  });
  afterAll(() => net?.[Symbol.asyncDispose]());

  /** Noah rides a train, Mara sits at home; they see each other. */
  async function twoPeople() {
    const meetingId = await createMeeting(net.mesh.url);
    const mara = await net.attend(meetingId, 'home', region);
    const noah = await net.attend(meetingId, 'train', region);
    for (const person of [mara, noah]) await person.receives('video', 1, await person.receives('video', 1));
    const before = await noah.self();
    const silence = await Promise.all([watchSilence(mara), watchSilence(noah)]);
    return { mara, noah, before, silence };
  }

  test('is back soon when another network was there before, as the same participant on the same edge', async () => {
    const { mara, noah, before, silence } = await twoPeople();
    const address = await net.wan.gainAddress('train');
    await expect.poll(() => hostAddresses(noah.page)).toContain(address);
    await net.wan.loseAddress('train');
    await noah.page.waitForTimeout(3_000);
    for (const person of [mara, noah]) await person.receives('video', 1, await person.receptions());
    expect(await noah.self()).toEqual(before);
    // Nobody waited for Chromium to learn of anything.
    for (const silent of silence) expect((await silent()).video).toBeLessThan(chromiumLearnsMs);
  });

  test('is back as soon as its browser knows of the new address when the old one is gone at the same moment', async () => {
    const { mara, noah, before, silence } = await twoPeople();
    await net.wan.gainAddress('train');
    await net.wan.loseAddress('train');
    await noah.page.waitForTimeout(5_000);
    for (const person of [mara, noah]) await person.receives('video', 1, await person.receptions());
    expect(await noah.self()).toEqual(before);
    for (const silent of silence) expect((await silent()).video).toBeLessThan(2 * chromiumLearnsMs);
  });
});

/** Chromium tells WebRTC of a new address after two seconds on Linux (NetworkChangeNotifier's delays); until then no page can use it. */
const chromiumLearnsMs = 2_500;

/** The addresses that Chromium would offer now. */
function hostAddresses(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const connection = new RTCPeerConnection();
    connection.createDataChannel('');
    const { promise: gathered, resolve } = Promise.withResolvers<void>();
    connection.onicegatheringstatechange = () => connection.iceGatheringState === 'complete' && resolve();
    await connection.setLocalDescription();
    await gathered;
    const lines = connection.localDescription?.sdp.match(/^a=candidate:.* typ host/gm) ?? [];
    connection.close();
    return lines.map((line) => line.split(' ')[4] ?? '');
  });
}
