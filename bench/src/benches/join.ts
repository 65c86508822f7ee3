import { Api } from '@canopy/client';
import { regionById } from '@canopy/geo/regions';
import { startMesh } from '@canopy/local-mesh';
import { launchChromium } from '@canopy/local-mesh/testing/chromium';
import type { Browser, Page } from 'playwright-core';
import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { bundlePage } from '../join/bundle.ts';
import { meshCpu, restingCpu } from '../mesh-cpu.ts';
import type { PageJoinResult } from '../pages/join-page.ts';
import { mean, percentile, rounded, type Spread, spread } from '../statistics.ts';

export const description = 'real browsers join a meeting over a local mesh: round trips, time to the first frame, CPU';

export const needs = 'browser';

export const options = {
  joins: { type: 'string', default: '20', description: 'N: joins, one after the other, from each region in turn' },
} as const;

/** The publisher's region. */
const publisherRegion = 'eu-central-1';
/** How long the mesh is watched with nobody joining, to know what to take off. */
const idleMs = 3_000;

interface Join extends PageJoinResult {
  wallMs: number;
  controlPlaneCpuMs: number;
  edgeCpuMs: number;
}

export interface JoinResult {
  joins: number;
  signalingRoundTrips: Spread;
  /** How many joins took more than one. */
  joinsWithMoreRoundTrips: number;
  firstFrameMs: { p50: number; p95: number; max: number };
  /** By the viewer's region. */
  firstFrameMsIn: Record<string, Spread>;
  /** Of the control plane's and the edges' processes, workers included, until the first frame; what they use anyway is taken off. */
  controlPlaneCpuMsPerJoin: number;
  edgeCpuMsPerJoin: number;
}

export async function run(values: OptionValues): Promise<JoinResult> {
  const count = wholeNumber(values, 'joins', 1, 10_000) ?? 20;
  const script = await bundlePage('join-page');
  await using mesh = await startMesh({ report: (text) => console.error(text) });
  await using browser = await launchChromium();
  const api = new Api({ url: mesh.url });
  const { id: meetingId } = await api.createMeeting({ title: 'Join bench' });
  const callerFrom = async (region: string, role: 'host' | 'attendee') => {
    const { token } = await api.createToken(meetingId, { name: region, role });
    const { latitude = 0, longitude = 0 } = regionById(region) ?? {};
    return { url: mesh.url, token, location: { latitude, longitude } };
  };

  const publisher = await openPage(browser, mesh.url, script);
  await publisher.evaluate((caller) => window.joinPage.publish(caller), await callerFrom(publisherRegion, 'host'));
  const idle = await restingCpu(mesh, idleMs);
  const regions = [...new Set(mesh.edges.map((edge) => edge.region))];
  const joins: (Join & { region: string })[] = [];
  for (let number = 0; number < count; number += 1) {
    const region = regions[number % regions.length] ?? publisherRegion;
    const page = await openPage(browser, mesh.url, script);
    const caller = await callerFrom(region, 'attendee');
    await page.evaluate(() => window.joinPage.prepare());
    const before = meshCpu(mesh);
    const startedAt = performance.now();
    const result = await page.evaluate((one) => window.joinPage.join(one), caller);
    const wallMs = performance.now() - startedAt;
    const after = meshCpu(mesh);
    joins.push({
      ...result,
      region,
      wallMs,
      controlPlaneCpuMs: after.controlPlane - before.controlPlane - idle.controlPlane * wallMs,
      edgeCpuMs: after.edges - before.edges - idle.edges * wallMs,
    });
    console.error(`join ${number + 1} of ${count}: ${result.edgeId}, ${result.firstFrameMs.toFixed(0)} ms`);
    await page.evaluate(() => window.joinPage.leave());
    await page.context().close();
  }
  const firstFrames = joins.map(({ firstFrameMs }) => firstFrameMs);
  const roundTrips = joins.map(({ signalingRoundTrips }) => signalingRoundTrips);
  const inRegions = Map.groupBy(joins, ({ region }) => region);
  return {
    joins: count,
    signalingRoundTrips: spread(roundTrips),
    joinsWithMoreRoundTrips: roundTrips.filter((trips) => trips > 1).length,
    firstFrameMs: {
      p50: rounded(percentile(firstFrames, 50)),
      p95: rounded(percentile(firstFrames, 95)),
      max: rounded(percentile(firstFrames, 100)),
    },
    firstFrameMsIn: Object.fromEntries(
      [...inRegions].map(([region, there]) => [region, spread(there.map(({ firstFrameMs }) => firstFrameMs))]),
    ),
    controlPlaneCpuMsPerJoin: rounded(mean(joins.map(({ controlPlaneCpuMs }) => controlPlaneCpuMs)), 2),
    edgeCpuMsPerJoin: rounded(mean(joins.map(({ edgeCpuMs }) => edgeCpuMs)), 2),
  };
}

async function openPage(browser: Browser, url: string, script: string): Promise<Page> {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto(`${url}/healthz`);
  await page.addScriptTag({ content: script });
  return page;
}

export function summary({ joins, signalingRoundTrips, firstFrameMs, firstFrameMsIn, ...rest }: JoinResult): string {
  const { joinsWithMoreRoundTrips, ...cpu } = rest;
  return [
    `${joins} joins, signaling round trips after the socket opened: ${signalingRoundTrips.least} to ${signalingRoundTrips.most}, more than one ${joinsWithMoreRoundTrips} times`,
    `first frame: p50 ${firstFrameMs.p50} ms, p95 ${firstFrameMs.p95} ms, max ${firstFrameMs.max} ms`,
    ...Object.entries(firstFrameMsIn).map(([region, { least, most }]) => `  in ${region}: ${least} to ${most} ms`),
    `CPU per join: control plane ${cpu.controlPlaneCpuMsPerJoin} ms, edges ${cpu.edgeCpuMsPerJoin} ms`,
  ].join('\n');
}
