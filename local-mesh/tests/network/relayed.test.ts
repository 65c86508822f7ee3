/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { turnLeftOut } from '../../../scripts/setup/services.mjs';
import { createMeeting } from '../../src/testing/meetings.ts';
import { relayOf, startWanMesh, type WanMesh } from '../../src/testing/wan-mesh.ts';
import { wanLeftOut } from '../../src/wan/left-out.ts';

const region = 'eu-central-1';
const edge = 'eu-central-1-1';
const relay = relayOf(edge);

/** Runs in the page, before its own scripts: what is not TLS gets nowhere anyhow. */
function forgetPlainRelays(): void {
  const Connection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor({ iceServers = [], ...configuration }: RTCConfiguration = {}) {
      const overTls = iceServers.map((server) => ({
        ...server,
        urls: [server.urls].flat().filter((url) => url.startsWith('turns:')),
      }));
      super({ ...configuration, iceServers: overTls });
    }
  };
}

describe.skipIf(wanLeftOut() || turnLeftOut(process.env))('people behind firewalls', () => {
  let net: WanMesh;

  beforeAll(async () => {
    net = await startWanMesh({ regions: [region], clients: ['hotel', 'office'], rttMs: () => 20, turn: true });
    await net.wan.setPath('hotel', edge, { cut: true });
    await net.wan.setPath('office', relay, { cut: true });
    await setDoors('tcp');
    await Promise.all(['hotel', 'office'].map((client) => net.browser(client)));
  });
  afterAll(() => net?.[Symbol.asyncDispose]());

  /** Out of the hotel leads nothing but TCP to the relay, out of the office nothing but TCP to the edge; or nothing at all. */
  async function setDoors(open: 'tcp' | 'none'): Promise<void> {
    const cut = open === 'tcp' ? 'udp' : true;
    await Promise.all([net.wan.setPath('hotel', relay, { cut }), net.wan.setPath('office', edge, { cut })]);
  }

  /** The user names with which somebody came to the relay. */
  function userNames(participantId: string): Set<string> {
    const log = readFileSync(net.mesh.edges[0]?.relay?.spec.logFile ?? '', 'utf8');
    return new Set(log.match(new RegExp(`\\d+:${participantId}`, 'g')));
  }

  test('meet each by the one way there is, TURN over TCP or TCP to the edge, and are back when it was closed for a while', async () => {
    const meetingId = await createMeeting(net.mesh.url);
    const [mara, noah] = await Promise.all([
      net.attend(meetingId, 'hotel', region),
      net.attend(meetingId, 'office', region),
    ]);
    for (const person of [mara, noah])
      for (const kind of ['video', 'audio'] as const) await person.receives(kind, 1, await person.receives(kind, 1));
    expect(await mara.way()).toEqual({ from: 'relay', relayedOver: 'tcp', to: 'udp' });
    expect(await noah.way()).toMatchObject({ relayedOver: undefined, to: 'tcp' });

    const before = await Promise.all([mara.self(), noah.self()]);
    const [{ participantId }] = before;
    expect(userNames(participantId).size).toBe(1);
    await setDoors('none');
    await Promise.all([mara.isInterrupted(), noah.isInterrupted()]);
    await net.mesh.edges[0]?.relay?.restart();
    await setDoors('tcp');
    for (const person of [mara, noah]) await person.receives('video', 1, await person.receptions());
    expect(await Promise.all([mara.self(), noah.self()])).toEqual(before);
    // The relay has forgotten whom it let in: the credentials are new.
    expect(userNames(participantId).size).toBeGreaterThan(1);
  });

  test('get through by TURN over TLS as well, from where nothing but TLS is let through', async () => {
    const meetingId = await createMeeting(net.mesh.url);
    const prepare = async (page: Page) => void (await page.addInitScript(forgetPlainRelays));
    const [mara, noah] = await Promise.all([
      net.attend(meetingId, 'hotel', region, { prepare }),
      net.attend(meetingId, 'office', region),
    ]);
    for (const person of [mara, noah])
      for (const kind of ['video', 'audio'] as const) await person.receives(kind, 1, await person.receives(kind, 1));
    expect(await mara.way()).toEqual({ from: 'relay', relayedOver: 'tls', to: 'udp' });
  });
});
