import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts, startServices } from '@canopy/local-mesh';
import { launchChromium } from '@canopy/local-mesh/testing/chromium';
import { TrackKind } from '@canopy/proto/media';
import { BackupPolicy } from '@canopy/proto/routing';
import type { Publish } from '@canopy/proto/signal';
import type { Browser, Page } from 'playwright-core';
import { BenchError } from '../bench.ts';
import { bundlePage } from '../join/bundle.ts';
import type { PageClient } from '../pages/decoder-page.ts';
import { EdgeProcess } from './edge-process.ts';
import { type FaultKind, inflict, possibleFaults } from './faults.ts';
import { type Gaps, gaps } from './gaps.ts';
import { longestPause } from './pauses.ts';
import { makeRelay, route, victimOf } from './stage.ts';

export interface DecoderResult {
  /** Relays killed with SIGKILL, the Node process or the worker, under a page that shows what comes over them. */
  relayKilled: DecoderGaps;
  byKind: Partial<Record<FaultKind, DecoderGaps>>;
}

interface DecoderGaps {
  count: number;
  /** The longest time between two frames shown, after the loss. */
  gapMs: Gaps;
  /** The same in as much time before it. */
  calmGapMs: Gaps;
}

interface Fall {
  kind: FaultKind;
  gapMs: number;
  calmGapMs: number;
}

const settleMs = 6_000;
const watchMs = 2_000;
const spareLinkPort = 25_000;
const participantId = { publisher: 'publisher', viewer: 'viewer' };
const trackId = 'camera';

/** A page publishes on one edge, another shows it on a second; the relays between them are lost, once in each way and round. */
export async function watchInBrowser(rounds: number): Promise<DecoderResult> {
  const onlyNats = { DATABASE_URL: 'unused', REDIS_URL: 'unused', NATS_URL: process.env.NATS_URL };
  await using owned = new AsyncDisposableStack();
  const { natsUrl } = owned.use(await startServices({ env: onlyNats }));
  const ports = await freePorts(3);
  const start = async (id: string, at: number) =>
    owned.use(await EdgeProcess.relay({ id, natsUrl, grpcPort: ports[at] ?? 0 }, spareLinkPort + at * 100));
  const [origin, spare, leaf] = [await start('origin', 0), await start('spare', 1), await start('leaf', 2)];
  const browser = owned.use(await launchChromium());
  const pageUrl = await serveEmptyPage(owned);
  const script = await bundlePage('decoder-page');
  const kinds = Array.from({ length: rounds }, () => possibleFaults).flat();
  const falls: Fall[] = [];
  for (const [number, kind] of kinds.entries()) {
    const fall = await fallOnce({ origin, spare, leaf, natsUrl, browser, pageUrl, script }, number, kind);
    falls.push(fall);
    console.error(`decoder ${number + 1} of ${kinds.length}: ${kind}, longest gap ${fall.gapMs.toFixed(0)} ms`);
  }
  const of = (...wanted: FaultKind[]) => judge(falls.filter(({ kind }) => wanted.includes(kind)));
  return {
    relayKilled: of('nodeKilled', 'workerKilled'),
    byKind: Object.fromEntries(possibleFaults.map((kind) => [kind, of(kind)])),
  };
}

interface BrowserStage {
  origin: EdgeProcess;
  spare: EdgeProcess;
  leaf: EdgeProcess;
  natsUrl: string;
  browser: Browser;
  pageUrl: string;
  script: string;
}

async function fallOnce(stage: BrowserStage, number: number, kind: FaultKind): Promise<Fall> {
  const { origin, spare, leaf, natsUrl } = stage;
  const meetingId = `decoder-${number}`;
  await using owned = new AsyncDisposableStack();
  const { relay, linkPort } = await makeRelay(meetingId, number, natsUrl, owned);
  await route(meetingId, relay, origin.address);
  await route(meetingId, spare, origin.address);
  await route(meetingId, leaf, relay.address, { parent: spare.address, backup: BackupPolicy.WARM });
  await publish(stage, meetingId, owned);
  const page = await watch(stage, meetingId, owned);
  await delay(settleMs);
  const shown = () => page.evaluate(() => window.decoderPage.framesAt());
  if (longestPause(await shown(), Date.now() - watchMs, Date.now()) >= watchMs)
    throw new BenchError('The page shows nothing before anything is lost.');
  const faultAt = Date.now();
  owned.defer(inflict(kind, victimOf(relay, linkPort)));
  await delay(watchMs);
  const framesAt = await shown();
  return {
    kind,
    gapMs: longestPause(framesAt, faultAt, faultAt + watchMs),
    calmGapMs: longestPause(framesAt, faultAt - watchMs, faultAt),
  };
}

async function publish(stage: BrowserStage, meetingId: string, owned: AsyncDisposableStack): Promise<void> {
  const { origin } = stage;
  const ids = { meetingId, participantId: participantId.publisher };
  const page = await openPage(stage, owned);
  await page.exposeFunction('announcePublication', async (announced: Publish) => {
    const { kind, source, rtpParameters, muted } = announced;
    await origin.client.publishTrack({ ...ids, trackId, kind, source, rtpParameters, muted });
    return trackId;
  });
  const client: PageClient = await page.evaluate(() => window.decoderPage.prepare());
  const offer = await origin.client.openSession({ ...ids, ...client, canPublish: true, targets: [] });
  owned.defer(async () => void (await origin.client.closeSession(ids)));
  await page.evaluate((given) => window.decoderPage.publish(given), offer);
}

async function watch(stage: BrowserStage, meetingId: string, owned: AsyncDisposableStack): Promise<Page> {
  const { leaf } = stage;
  const ids = { meetingId, participantId: participantId.viewer };
  const page = await openPage(stage, owned);
  const client: PageClient = await page.evaluate(() => window.decoderPage.prepare());
  const want = { trackId, width: 640, height: 360, priority: 1 };
  const offer = await leaf.client.openSession({
    ...ids,
    ...client,
    canPublish: false,
    targets: [{ want, originEdgeId: 'origin', kind: TrackKind.VIDEO }],
  });
  owned.defer(async () => void (await leaf.client.closeSession(ids)));
  const [consumer] = offer.consumers;
  if (consumer === undefined) throw new Error('the leaf made no consumer');
  await page.evaluate(([given, one]) => window.decoderPage.watch(given, one), [offer, consumer] as const);
  return page;
}

async function openPage({ browser, pageUrl, script }: BrowserStage, owned: AsyncDisposableStack): Promise<Page> {
  const context = await browser.newContext();
  owned.defer(() => context.close());
  const page = await context.newPage();
  await page.goto(pageUrl);
  await page.addScriptTag({ content: script });
  return page;
}

/** Cameras are only for pages with an address. */
async function serveEmptyPage(owned: AsyncDisposableStack): Promise<string> {
  const [port = 0] = await freePorts(1);
  const server = createServer((_, response) => response.end('<!doctype html>')).listen(port, '127.0.0.1');
  await once(server, 'listening');
  owned.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${port}/`;
}

function judge(falls: readonly Fall[]): DecoderGaps {
  return {
    count: falls.length,
    gapMs: gaps(falls.map(({ gapMs }) => gapMs)),
    calmGapMs: gaps(falls.map(({ calmGapMs }) => calmGapMs)),
  };
}
