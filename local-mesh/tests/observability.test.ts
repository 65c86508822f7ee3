import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Api } from '@canopy/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { camera, frankfurt, joinWith } from '../../control-plane/src/testing/media.ts';
import { SignalClient } from '../../control-plane/src/testing/signal-client.ts';
import { prometheusNeed, unmet } from '../../scripts/setup/services.mjs';
import { type Mesh, startMesh } from '../src/index.ts';
import { projectFolder } from '../src/project.ts';
import { Attendance } from '../src/testing/attendance.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { HeadlessParticipant } from '../src/testing/headless-participant.ts';
import { Prometheus } from '../src/testing/prometheus.ts';
import { type ReceivedSpan, TraceReceiver } from '../src/testing/trace-receiver.ts';

const dashboards = join(projectFolder, 'infra', 'observability', 'grafana', 'dashboards');
const dashboard = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) })),
});

const logLine = z.object({ msg: z.string(), trace_id: z.string().optional() });

/** Known by a proxy. */
const stranger = { name: 'Cornelia Zwingli', email: 'cz@example.org', address: '203.0.113.77' };

const saoPaulo = { latitude: -23.55, longitude: -46.63 };
const regions = ['eu-central-1', 'us-east-1', 'sa-east-1'];
const [origin, relay, viewer] = ['eu-central-1-1', 'us-east-1-1', 'sa-east-1-1'];

/** Expressions by the place they stand at, with Grafana's variables as for somebody who chose everything. */
function expressions(): Map<string, string> {
  const all = readdirSync(dashboards).flatMap((file) => {
    const { panels } = dashboard.parse(JSON.parse(readFileSync(join(dashboards, file), 'utf8')));
    return panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }, index) => [`${file}: ${title} ${index + 1}`, expr] as const),
    );
  });
  const chosen = (expr: string) => expr.replaceAll('$__rate_interval', '30s').replaceAll(/\$(region|edge)/g, '.*');
  return new Map(all.map(([place, expr]) => [place, chosen(expr)]));
}

// Where there is no Prometheus, the set-up has said how to get it.
describe.skipIf(unmet([prometheusNeed], process.env).length > 0)('a watched mesh', () => {
  let mesh: Mesh;
  let browser: Browser;
  let receiver: TraceReceiver;
  let prometheus: Prometheus;
  let watcher: Attendance;
  let meetingId: string;

  beforeAll(async () => {
    receiver = await TraceReceiver.start();
    const everywhere = { LOG_LEVEL: 'debug', ...receiver.env };
    const edgeEnv = { EDGE_PROBE_KEY: 'a key for probes in tests', ...everywhere };
    const replicaEnv = { CONTROL_TRUSTED_PROXIES: '127.0.0.1/32', ...everywhere };
    [mesh, browser] = await Promise.all([startMesh({ regions, edgeEnv, replicaEnv }), launchChromium()]);
    const api = new Api({ url: mesh.url });
    const settings = { routing: { via: { [viewer]: relay } } };
    ({ id: meetingId } = await api.createMeeting({ title: 'Watched', mode: 'webinar', settings }));
    const small = { smallCamera: true };
    [prometheus] = await Promise.all([
      Prometheus.start(mesh.url, mesh.dataDir),
      Attendance.join(browser, mesh.url, meetingId, 'Ottilie Vogelsang', 'eu-central-1', small),
    ]);
    watcher = await Attendance.join(browser, mesh.url, meetingId, 'Bartholomew Quist', 'sa-east-1', {
      role: 'attendee',
    });
    await watcher.receives('video', 1);
  });

  async function attend(id: string, location: typeof frankfurt): Promise<HeadlessParticipant> {
    const { token } = await new Api({ url: mesh.url }).createToken(id, { name: 'Somebody', role: 'panelist' });
    return await HeadlessParticipant.join({ url: mesh.url, join: joinWith(token, location) });
  }

  /** Two people of different regions, for whom a plan is made; the second has the first one's track brought there. */
  async function twoMeet(): Promise<void> {
    const api = new Api({ url: mesh.url });
    const { id } = await api.createMeeting({});
    using publisher = await attend(id, frankfurt);
    await publisher.request({ publish: camera });
    using _viewer = await attend(id, saoPaulo);
    await api.endMeeting(id);
  }

  afterAll(async () => {
    await browser?.close();
    await prometheus?.[Symbol.asyncDispose]();
    await mesh?.stop();
    await receiver?.[Symbol.asyncDispose]();
  });

  test('one trace leads from the message of a viewer over the control plane to every edge on the way of a track', async () => {
    expect(await watcher.edgeId()).toBe(viewer);
    const nodesOf = (traceId: string) =>
      receiver.spans.filter((span) => span.traceId === traceId).map(({ node, name }) => `${node} ${name}`);
    const whole = () =>
      receiver.spans
        .filter(({ name }) => name === 'signal.join')
        .map(({ traceId }) => nodesOf(traceId))
        .find((steps) => steps.includes(`${origin} canopy.v1.EdgeLink/Pull`));
    await expect
      .poll(whole, { timeout: 15_000 })
      .toEqual(
        expect.arrayContaining([
          'control-plane-1 signal.join',
          'control-plane-1 join.place',
          'control-plane-1 join.open',
          `${viewer} canopy.v1.EdgeMedia/OpenSession`,
          `${viewer} pull`,
          `${relay} canopy.v1.EdgeLink/Attach`,
          `${relay} canopy.v1.EdgeLink/Pull`,
          `${relay} pull`,
          `${origin} canopy.v1.EdgeLink/Pull`,
        ]),
      );
    const traceId = receiver.spans.find(
      ({ node, name }) => node === viewer && name === 'canopy.v1.EdgeMedia/OpenSession',
    )?.traceId;
    const saidOfIt = (node: string) => linesOf(node).flatMap((line) => (line.trace_id === traceId ? line.msg : []));
    expect(saidOfIt(viewer)).toContain('session opened');
    expect(saidOfIt('control-plane-1')).toContain('plan in force');
  });

  /** What a node logged, without a line that it may be writing. */
  function linesOf(node: string): z.output<typeof logLine>[] {
    const text = readFileSync(join(mesh.dataDir, 'logs', `${node}.log`), 'utf8');
    const lines = text.split('\n').slice(0, -1);
    return lines.flatMap((line) => (line.startsWith('{') ? logLine.parse(JSON.parse(line)) : []));
  }

  test('so does one of a viewer who asks for a track long after the join, step by step', async () => {
    const api = new Api({ url: mesh.url });
    const { id } = await api.createMeeting({ settings: { routing: { via: { [viewer]: relay } } } });
    using late = await attend(id, saoPaulo);
    using publisher = await attend(id, frankfurt);
    const { published } = await publisher.request({ publish: camera });
    const trackId = published?.trackId ?? '';
    await expect.poll(() => late.state.tracks.has(trackId)).toBe(true);
    const want = { trackId, width: 640, height: 360, priority: 1 };
    const { subscribed } = await late.request({ subscribe: { wants: [want] } });
    expect(subscribed?.added).toMatchObject([{ trackId }]);

    const waysTo = (node: string, name: string) =>
      receiver.spans.filter((span) => span.node === node && span.name === name).map(stepsTo);
    await expect
      .poll(() => waysTo(origin, 'canopy.v1.EdgeLink/Pull'), { timeout: 15_000 })
      .toContainEqual([
        'control-plane-1 signal.subscribe',
        `${viewer} canopy.v1.EdgeMedia/SetSubscriptions`,
        `${viewer} pull`,
        `${relay} canopy.v1.EdgeLink/Pull`,
        `${relay} pull`,
        `${origin} canopy.v1.EdgeLink/Pull`,
      ]);
    await api.endMeeting(id);
  });

  /** What led to a step of a trace, from its beginning. */
  function stepsTo({ parentSpanId, node, name }: ReceivedSpan): string[] {
    const cause = receiver.spans.find(({ spanId }) => spanId === parentSpanId);
    return [...(cause === undefined ? [] : stepsTo(cause)), `${node} ${name}`];
  }

  /** Somebody from elsewhere signs up, twice, joins, is refused, talks nonsense and is cut off. */
  async function strangerComes(): Promise<void> {
    const { name, email, address } = stranger;
    const headers = { 'x-forwarded-for': address, 'content-type': 'application/json', origin: mesh.url };
    const body = JSON.stringify({ name, email, password: 'correct horse battery' });
    const signUp = async () => (await fetch(`${mesh.url}/v1/account`, { method: 'POST', headers, body })).status;
    expect([await signUp(), await signUp()]).toEqual([201, 409]);
    const { token } = await new Api({ url: mesh.url }).createToken(meetingId, { name, role: 'panelist' });
    const open = () => SignalClient.open(new URL(mesh.url).host, { 'x-forwarded-for': address });
    const refused = await open();
    expect((await refused.ask({ join: joinWith(`${token}x`, saoPaulo) })).error).toBeDefined();
    const there = await open();
    expect((await there.ask({ join: joinWith(token, saoPaulo) })).joined).toBeDefined();
    there.ws.send(`{"${name}": "${email}"`);
    expect((await there.ask({ unpublish: { trackId: `${name} ${email}` } })).error).toBeDefined();
    for (const client of [refused, there]) client.cut();
  }

  test('no name and no address is logged or exported by any node, and no meeting or participant is in a metric', async () => {
    await strangerComes();
    // The last of it that fails, and what a node exports comes in order.
    const isRefused = ({ name, attributes }: ReceivedSpan) => name === 'signal.unpublish' && 'error.type' in attributes;
    await expect.poll(() => receiver.spans.some(isRefused)).toBe(true);
    const nodes = ['control-plane-1', origin, relay, viewer];
    for (const node of nodes) expect(linesOf(node).length).toBeGreaterThan(5);
    const written = nodes.map((node) => readFileSync(join(mesh.dataDir, 'logs', `${node}.log`), 'utf8')).join('');
    const exported = JSON.stringify(receiver.spans);
    const { name, email, address } = stranger;
    for (const text of ['Ottilie', 'Vogelsang', 'Bartholomew', 'Quist', ...name.split(' '), email, address]) {
      expect(written).not.toContain(text);
      expect(exported).not.toContain(text);
    }
    const { participantId } = await watcher.self();
    const addresses = [mesh.url, ...mesh.edges.map(({ httpAddress }) => `http://${httpAddress}`)];
    for (const address of addresses) {
      const text = await (await fetch(`${address}/metrics`)).text();
      expect(text).toContain('canopy_build_info');
      for (const id of [meetingId, participantId]) expect(text).not.toContain(id);
    }
  });

  /** Of no failovers nothing can be told: the viewer falls back on its other way, which is warm. */
  async function loseTheRelay(): Promise<void> {
    const [video] = await watcher.receives('video', 1);
    const path = async () => (video === undefined ? [] : watcher.path(video.trackId));
    // A busy machine pauses, and the way is left for ten seconds.
    await expect.poll(path, { timeout: 30_000 }).toEqual([origin, relay, viewer]);
    const figure = async (series: string, labels: string) => {
      const [sample] = await prometheus.ask(`sum(${series}{edge="${viewer}",${labels}})`);
      return sample?.value;
    };
    const spareTracks = () => figure('canopy_edge_link_tracks', `parent="${origin}"`);
    await expect.poll(spareTracks, { timeout: 20_000 }).toBeGreaterThan(0);
    mesh.edges.find(({ id }) => id === relay)?.kill('SIGKILL');
    const gaps = () => figure('canopy_edge_failover_gap_seconds_count', 'cause=~".+"');
    await expect.poll(gaps, { timeout: 20_000 }).toBeGreaterThan(0);
  }

  test('Prometheus finds every node, and each panel of each dashboard shows something', async () => {
    const up = async () =>
      (await prometheus.ask('up == 1')).map(({ labels: { job, edge, replica } }) => [job, edge ?? replica]);
    await expect
      .poll(async () => new Map((await up()).map(([job, id]) => [id, job])), { timeout: 20_000 })
      .toEqual(
        new Map([
          ['control-plane-1', 'canopy-control-plane'],
          ...[origin, relay, viewer].map((id) => [id, 'canopy-edge'] as const),
        ]),
      );
    const silent = expressions();
    expect(silent.size).toBeGreaterThan(60);
    await loseTheRelay();
    const unanswered = async () => {
      // Rates are of the last half minute: something is to happen in it.
      await twoMeet();
      for (const [place, expr] of silent) {
        const samples = await prometheus.ask(expr);
        if (samples.some(({ value }) => Number.isFinite(value))) silent.delete(place);
      }
      return [...silent.keys()];
    };
    await expect.poll(unanswered, { timeout: 40_000, interval: 500 }).toEqual([]);

    const traced = new Set(receiver.spans.map(({ traceId }) => traceId));
    const exemplars = await prometheus.exemplars('canopy_join_seconds_bucket');
    expect(exemplars.filter((traceId) => traced.has(traceId))).not.toEqual([]);
  });
});
