import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';
import { Visitor } from '../src/testing/visitor.ts';

let mesh: TestMesh;
let europe: FakeEdge;
let server: ControlPlane;
let url: string;
let webRoot: string;

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'canopy-web-'));
  await mkdir(join(webRoot, 'assets'));
  await writeFile(join(webRoot, 'index.html'), '<title>Canopy</title>');
  await writeFile(join(webRoot, 'assets', 'app-1a2b.js'), 'export {};');
  mesh = await TestMesh.create({ config: { webRoot, openAccess: true } });
  europe = await mesh.edge('europe', 'eu-central-1');
  await mesh.edge('australia', 'ap-southeast-2');
  server = await mesh.replica();
  url = server.httpAddress;
  await mesh.untilHeard([server], ['europe', 'australia']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
  await rm(webRoot, { recursive: true });
});

describe('a meeting over REST', () => {
  it('is created, read, joined, counted and ended', async () => {
    const request = {
      title: 'All hands',
      mode: 'webinar',
      startTime: '2027-01-01T10:00:00Z',
      settings: { waiting: 1 },
    };
    const { status, body: created } = await call(url, 'POST', '/v1/meetings', request);
    expect(status).toBe(201);
    expect(created).toMatchObject({
      title: 'All hands',
      mode: 'webinar',
      status: 'scheduled',
      startTime: '2027-01-01T10:00:00.000Z',
      settings: { waiting: 1 },
    });
    const id = String(created.id);
    await joined(mesh, server, id, 'Ada');
    const { body: live } = await call(url, 'GET', `/v1/meetings/${id}`);
    expect(live).toMatchObject({ ...created, status: 'live', participantCount: 1 });
    const { body: ended } = await call(url, 'POST', `/v1/meetings/${id}/end`);
    expect(ended).toMatchObject({ id, status: 'ended' });
    expect((await call(url, 'POST', `/v1/meetings/${id}/end`)).status).toBe(200);
    expect((await call(url, 'GET', `/v1/meetings/${id}`)).body).toMatchObject({ status: 'ended', participantCount: 0 });
    const token = await call(url, 'POST', `/v1/meetings/${id}/tokens`, { name: 'Late', role: 'host' });
    expect(token.status).toBe(410);
    const nobody = { participantId: 'nobody' };
    for (const [method, path, body] of [
      ['GET', 'sfu', undefined],
      ['GET', 'edges/shortlist', undefined],
      ['GET', 'links', undefined],
      ['POST', 'links/revoke', undefined],
      ['PATCH', 'participants/nobody', { role: 'host' }],
      ['POST', 'participants/nobody/mute', undefined],
      ['POST', 'lobby/admit', {}],
      ['POST', 'lobby/deny', nobody],
      ['POST', 'lobby/message', { text: 'Soon' }],
      ['POST', 'mute-all', { mayUnmute: true }],
    ] as const)
      expect(codeOf(await call(url, method, `/v1/meetings/${id}/${path}`, body)), path).toBe('MEETING_ENDED');
  });

  it('refuses ids that no store can look for', async () => {
    const answer = await call(url, 'DELETE', `/v1/meetings/${await newMeeting(url)}/bans/%00`);
    expect([answer.status, codeOf(answer)]).toEqual([404, 'PARTICIPANT_NOT_FOUND']);
  });

  it('needs no key where access is open', async () => {
    const { status, body } = await call(url, 'POST', '/v1/meetings', {}, null);
    expect(status).toBe(201);
    expect((await call(url, 'GET', `/v1/meetings/${String(body.id)}`, undefined, null)).status).toBe(200);
  });

  it('is everybody’s where access is open, also of those who are signed in', async () => {
    const id = await newMeeting(url);
    const ada = await Visitor.signedUp(url, 'Ada');
    expect((await ada.ask('GET', `/v1/meetings/${id}/invitation`)).body).toMatchObject({ mayHost: true });
    expect((await ada.ask('POST', `/v1/meetings/${id}/tokens`, { name: 'Ada', role: 'host' })).status).toBe(201);
    expect((await ada.ask('GET', '/v1/mesh')).status).toBe(200);
  });

  it('names the edge a client would get, with reasons', async () => {
    const id = await newMeeting(url);
    const { latitude, longitude } = sydney;
    const { body } = await call(url, 'GET', `/v1/meetings/${id}/sfu?latitude=${latitude}&longitude=${longitude}`);
    expect(body.edge).toEqual({ id: 'australia', region: 'ap-southeast-2' });
    expect(body.decision).toMatchObject({ candidates: [{ edgeId: 'australia' }, { edgeId: 'europe' }] });
    for (const path of ['sfu', 'edges/shortlist']) {
      const half = await call(url, 'GET', `/v1/meetings/${id}/${path}?latitude=${latitude}`);
      expect([half.status, Object(half.body.error).message]).toEqual([400, expect.stringContaining('belong together')]);
    }
  });

  it('keeps media in the regions that are allowed', async () => {
    const id = await newMeeting(url, { settings: { allowedRegions: ['eu-central-1'] } });
    const { answer } = await joined(mesh, server, id, 'Ben', { location: sydney });
    expect(answer.edge?.id).toBe('europe');
  });
});

describe('the mesh over REST', () => {
  it('shows edges with place, state and load', async () => {
    const { body } = await call(url, 'GET', '/v1/mesh');
    expect(body).toMatchObject({
      edges: [
        { id: 'australia', region: 'ap-southeast-2', state: 'ready', load: 0, workers: [{ index: 0 }] },
        { id: 'europe', location: { latitude: 50.11 } },
      ],
      links: [],
    });
    expect(JSON.stringify(body)).not.toContain('networkBound');
  });

  it('tells the load that placement goes by: that of a network that is fuller than the workers', async () => {
    europe.load = 0.2;
    europe.network = { egressBps: 4.5e8, egressCapacityBps: 1e9 };
    const edges = [{ id: 'australia' }, { id: 'europe', load: 0.5, networkBound: true }];
    await expect.poll(async () => (await call(url, 'GET', '/v1/mesh')).body).toMatchObject({ edges });
  });

  it('tells clients what they must know', async () => {
    const { body } = await call(url, 'GET', '/v1/config', undefined, null);
    expect(body).toMatchObject({
      openAccess: true,
      clientLocation: true,
      regions: [{ id: 'ap-southeast-2', name: 'Sydney' }, { id: 'eu-central-1' }],
    });
  });

  it('counts joins and placements', async () => {
    await joined(mesh, server, await newMeeting(url), 'Ada');
    const { body } = await call(url, 'GET', '/metrics');
    expect(body.text).toMatch(/canopy_joins_total\{result="ok",outcome="ok"\} [1-9]/);
    expect(body.text).toMatch(/canopy_placements_total\{rule="least-path"\} [1-9]/);
    expect(body.text).toMatch(/canopy_edges\{status="alive"\} 2/);
    expect(body.text).toContain('nodejs_eventloop_lag_seconds');
  });
});

describe('the web app', () => {
  it('is served on every path that is not the API’s', async () => {
    for (const path of ['/', '/m/some-meeting']) {
      const { status, body, headers } = await call(url, 'GET', path);
      expect([status, body.text, headers.get('cache-control')]).toEqual([200, '<title>Canopy</title>', 'no-cache']);
    }
    const asset = await call(url, 'GET', '/assets/app-1a2b.js');
    expect(asset.headers.get('cache-control')).toContain('immutable');
  });

  it('leads to what operators ask under one spelling only', async () => {
    for (const path of ['/%6detrics', '/%72eadyz']) expect((await call(url, 'GET', path)).status).toBe(404);
    expect((await call(url, 'GET', '/readyz?verbose')).status).toBe(200);
  });

  it('does not stand in for what is missing', async () => {
    expect((await call(url, 'GET', '/assets/gone.js')).status).toBe(404);
    expect((await call(url, 'GET', '/v1/nothing')).status).toBe(404);
    expect((await call(url, 'GET', '/../../etc/passwd')).body.text).not.toContain('root:');
  });
});
