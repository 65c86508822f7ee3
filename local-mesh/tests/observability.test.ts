import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Api } from '@canopy/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { camera, frankfurt, joinWith } from '../../control-plane/src/testing/media.ts';
import { prometheusNeed, unmet } from '../../scripts/setup/services.mjs';
import { type Mesh, startMesh } from '../src/index.ts';
import { projectFolder } from '../src/project.ts';
import { Attendance } from '../src/testing/attendance.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { HeadlessParticipant } from '../src/testing/headless-participant.ts';
import { Prometheus, type Sample } from '../src/testing/prometheus.ts';
import { type ReceivedSpan, TraceReceiver } from '../src/testing/trace-receiver.ts';

const dashboards = join(projectFolder, 'infra', 'observability', 'grafana', 'dashboards');
const dashboard = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) })),
});

const saoPaulo = { latitude: -23.55, longitude: -46.63 };
const regions = ['eu-central-1', 'us-east-1', 'sa-east-1'];
const [origin, relay, viewer] = ['eu-central-1-1', 'us-east-1-1', 'sa-east-1-1'];

/** Of no failovers no share can be told: here parents are fixed, and who has fixed parents has no backup to go over to. */
const sharesOfFailovers = new Set([
  'edge.json: Gap at failovers 1',
  'slo.json: Failovers go unnoticed 1',
  'slo.json: Failovers go unnoticed: budget burns 1',
  'slo.json: Failovers go unnoticed: budget burns 2',
  'slo.json: Failovers go unnoticed: budget burns 3',
  'slo.json: Failovers go unnoticed: budget left of three days 1',
]);

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
    const edgeEnv = { EDGE_PROBE_KEY: 'a key for probes in tests', ...receiver.env };
    [mesh, browser] = await Promise.all([startMesh({ regions, edgeEnv, replicaEnv: receiver.env }), launchChromium()]);
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
    const traceIds = new Set(receiver.spans.map(({ traceId }) => traceId));
    const logged = readFileSync(join(mesh.dataDir, 'logs', `${viewer}.log`), 'utf8');
    const opened = logged.split('\n').find((line) => line.includes('session opened')) ?? '';
    expect(traceIds).toContain(z.object({ trace_id: z.string() }).parse(JSON.parse(opened)).trace_id);
  });

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

  test('no name is logged or exported, and no meeting or participant is in a metric', async () => {
    const logs = readdirSync(join(mesh.dataDir, 'logs')).filter((file) => /^(control|eu|us|sa)/.test(file));
    expect(logs.length).toBe(4);
    const written = logs.map((file) => readFileSync(join(mesh.dataDir, 'logs', file), 'utf8')).join('');
    const exported = JSON.stringify(receiver.spans);
    for (const name of ['Ottilie', 'Vogelsang', 'Bartholomew', 'Quist']) {
      expect(written).not.toContain(name);
      expect(exported).not.toContain(name);
    }
    const { participantId } = await watcher.self();
    const addresses = [mesh.url, ...mesh.edges.map(({ httpAddress }) => `http://${httpAddress}`)];
    for (const address of addresses) {
      const text = await (await fetch(`${address}/metrics`)).text();
      expect(text).toContain('canopy_build_info');
      for (const id of [meetingId, participantId]) expect(text).not.toContain(id);
    }
  });

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
    expect([...silent.keys()]).toEqual(expect.arrayContaining([...sharesOfFailovers]));
    const unanswered = async () => {
      // Rates are of the last half minute: something is to happen in it.
      await twoMeet();
      for (const [place, expr] of silent) {
        const samples = await prometheus.ask(expr);
        const tells = ({ value }: Sample) => Number.isFinite(value) || sharesOfFailovers.has(place);
        if (samples.some(tells)) silent.delete(place);
      }
      return [...silent.keys()];
    };
    await expect.poll(unanswered, { timeout: 40_000, interval: 500 }).toEqual([]);

    const traced = new Set(receiver.spans.map(({ traceId }) => traceId));
    const exemplars = await prometheus.exemplars('canopy_join_seconds_bucket');
    expect(exemplars.filter((traceId) => traced.has(traceId))).not.toEqual([]);
  });
});
