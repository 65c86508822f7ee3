import { launchChromium } from '@canopy/local-mesh/testing/chromium';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWebRtcTransport } from '../src/adapters/mediasoup/router.ts';
import { BusListener, type InProcessEdge, receivesEverything, startInProcessEdge } from '../src/testing/index.ts';
import { WebRtcClient } from './support/webrtc-client.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { timeout: 10_000, interval: 20 };
let bus: BusListener;
let edge: InProcessEdge;
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
  bus = await BusListener.start(natsUrl);
  edge = await startInProcessEdge('client-lost', natsUrl, {}, { openClientTransport: openWebRtcTransport });
});

afterAll(async () => {
  await browser.close();
  for (const started of [edge, bus]) await started[Symbol.asyncDispose]();
});

/** A client whose DTLS is up on its receive transport. */
async function join(participantId: string): Promise<WebRtcClient> {
  const client = await WebRtcClient.start(browser);
  const { receiveTransport } = await edge.client.openSession({
    meetingId: 'm',
    participantId,
    rtpCapabilities: receivesEverything,
    dtlsParameters: client.dtlsParameters,
    canPublish: false,
    targets: [],
  });
  await client.connect(receiveTransport);
  return client;
}

async function participants(): Promise<string[]> {
  const { sessions } = await edge.client.getState({ meetingId: 'm' });
  return sessions.map(({ participantId }) => participantId);
}

/** Other edges are heard on this bus, too. */
const closedFacts = () => bus.facts.flatMap((fact) => (fact.edgeId === edge.id && fact.sessionClosed) || []);

test('a client that closes its DTLS is reported once and its session ends; another stays', async () => {
  const [staying, leaving] = await Promise.all([join('staying'), join('leaving')]);
  expect((await participants()).sort()).toEqual(['leaving', 'staying']);
  await leaving.hangUp();
  await expect.poll(closedFacts, patience).toEqual([{ meetingId: 'm', participantId: 'leaving' }]);
  expect(await participants()).toEqual(['staying']);
  await staying.hangUp();
  await expect.poll(closedFacts, patience).toHaveLength(2);
  expect(edge.context.edge.meetings.get('m')).toBeUndefined();
});

test('a client whose media gets through is reported once, with what it came over', async () => {
  const client = await join('through');
  const facts = () =>
    bus.facts.flatMap(({ sessionConnected }) =>
      sessionConnected?.participantId === 'through' ? sessionConnected : [],
    );
  await expect.poll(facts, patience).toEqual([{ meetingId: 'm', participantId: 'through', tcpOnly: false }]);
  await client.hangUp();
  await expect.poll(participants, patience).not.toContain('through');
  expect(facts()).toHaveLength(1);
});

test('a session that is closed by request is no fact', async () => {
  const client = await join('told');
  await edge.client.closeSession({ meetingId: 'm', participantId: 'told' });
  await client.hangUp();
  const witness = await join('witness');
  await witness.hangUp();
  const closed = () => closedFacts().map(({ participantId }) => participantId);
  await expect.poll(closed, patience).toContain('witness');
  expect(closed()).not.toContain('told');
});
