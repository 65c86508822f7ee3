import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ControlPlane } from '../../control-plane/src/context.ts';
import { newMeeting, testApiKey } from '../../control-plane/src/testing/api.ts';
import { frankfurt } from '../../control-plane/src/testing/media.ts';
import { TestMesh } from '../../control-plane/src/testing/mesh.ts';
import { joined } from '../../control-plane/src/testing/people.ts';
import { Visitor } from '../../control-plane/src/testing/visitor.ts';

const program = fileURLToPath(new URL('../bin/canopy.mjs', import.meta.url));

let mesh: TestMesh;
let replica: ControlPlane;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('fra-1', 'eu-central-1');
  await mesh.edge('sin-1', 'ap-southeast-1');
  replica = await mesh.replica();
  await mesh.untilHeard([replica], ['fra-1', 'sin-1']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

interface Ended {
  code: number | string | null | undefined;
  out: string;
  err: string;
}

/** The program as somebody starts it: a process of its own, that knows its environment only. */
function canopy(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const settings = {
    PATH: process.env.PATH ?? '',
    CANOPY_URL: `http://${replica.httpAddress}`,
    CANOPY_API_KEY: `${testApiKey.id}.${testApiKey.secret}`,
    DATABASE_URL: mesh.config.databaseUrl,
    ...env,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env: settings }, (error, out, err) => {
      resolve({ code: error === null ? 0 : error.code, out, err });
    });
  });
}

async function json(...args: string[]): Promise<unknown> {
  const { code, out, err } = await canopy(['--json', ...args]);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

test('an operator finds a meeting, learns why somebody is where they are, and drains that edge', async () => {
  const meetingId = await newMeeting(replica.httpAddress, { title: 'Review' });
  const ada = await joined(mesh, replica, meetingId, 'Ada', { location: frankfurt });
  const [edges, meetings, shown, why] = await Promise.all([
    json('edges', 'list'),
    canopy(['meetings', 'list']),
    json('meetings', 'show', meetingId),
    json('meetings', 'explain', meetingId, ada.participantId),
  ]);
  expect(edges).toMatchObject([{ id: 'fra-1', state: 'ready' }, { id: 'sin-1' }]);
  expect(meetings.out).toMatch(new RegExp(`${meetingId} +meeting +1 +1 .* Review`));
  expect(shown).toMatchObject({ participants: [{ id: ada.participantId, name: 'Ada', edge: { id: 'fra-1' } }] });
  expect(why).toMatchObject({ edge: { id: 'fra-1' }, moved: null, decision: { rule: 'least-path' } });

  const drained = json('edges', 'drain', 'fra-1', '--wait');
  await ada.client.until(({ migrate }) => migrate);
  await ada.client.ask({ migrated: {} });
  expect(await drained).toMatchObject({ state: 'drained', movedSessions: 1 });
  const [moved, there, events] = await Promise.all([
    canopy(['meetings', 'explain', meetingId, ada.participantId]),
    json('placement', '50.1,8.7'),
    canopy(['events']),
  ]);
  expect(moved.out).toContain('Moved there from fra-1: edge_draining.');
  expect(there).toMatchObject({
    edgeId: 'sin-1',
    candidates: [{ edgeId: 'fra-1', rejectedBecause: 'not-draining' }, {}],
  });
  expect(events.out).toMatch(/edge\.joined +fra-1[\s\S]*edge\.draining +fra-1/);
  const [back, ended] = await Promise.all([json('edges', 'undrain', 'fra-1'), json('meetings', 'end', meetingId)]);
  expect([back, ended]).toMatchObject([{ state: 'ready' }, { status: 'ended' }]);
}, 90_000);

test('a meeting is prepared, and let people into', async () => {
  const meetingId = await newMeeting(replica.httpAddress);
  const [warmed, token] = await Promise.all([
    json('meetings', 'warm', meetingId, '--audience', 'ap-southeast-1=20'),
    canopy(['tokens', 'create', meetingId, '--name', 'Ben', '--role', 'panelist']),
  ]);
  expect(warmed).toMatchObject({ edges: ['sin-1'], short: {} });
  expect(token.out.trim().split('.')).toHaveLength(3);
});

test('a key is made that may only look, and taken back', async () => {
  const made = await canopy(['keys', 'create', '--name', 'Dashboard', '--scope', 'mesh.read']);
  const key = made.out.trim();
  const [id = ''] = key.split('.');
  const own = { CANOPY_API_KEY: key };
  const [looks, drains, listed] = await Promise.all([
    canopy(['edges', 'list'], own),
    canopy(['edges', 'drain', 'sin-1'], own),
    json('keys', 'list'),
  ]);
  expect([looks.code, drains.code]).toEqual([0, 4]);
  expect(listed).toMatchObject([{ id, name: 'Dashboard', scopes: ['mesh.read'], revokedAt: null }]);
  await json('keys', 'revoke', id);
  expect((await canopy(['edges', 'list'], own)).code).toBe(4);
}, 90_000);

test('who forgot their password is given a link, and only with a key that may', async () => {
  await Visitor.signedUp(replica.httpAddress, 'Ada');
  const key = (await canopy(['keys', 'create', '--name', 'Desk', '--scope', 'accounts'])).out.trim();
  const [made, unknown] = await Promise.all([
    canopy(['accounts', 'reset', 'ada@example.org'], { CANOPY_API_KEY: key }),
    canopy(['accounts', 'reset', 'nobody'], { CANOPY_API_KEY: key }),
  ]);
  expect([made.code, unknown.code]).toEqual([0, 1]);
  expect(made.out).toMatch(/^http:\S+\/reset#\S{20,}\n/);
});

test('the tables are shown as they are, and bringing them up to date twice does nothing', async () => {
  const [states, up] = await Promise.all([json('migrations', 'status'), json('migrations', 'up')]);
  expect(states).toContainEqual({ name: '0001-meetings', appliedAt: expect.any(String) });
  expect(up).toEqual({ applied: [] });
});

test('doctor names what is wrong with what to do, and ends accordingly', async () => {
  const { code, out } = await canopy(['--json', 'doctor'], { CONTROL_GEO_COUNTRY: '/nowhere.mmdb' });
  expect(code).toBe(1);
  const findings: { check: string; status: string; advice?: string }[] = JSON.parse(out);
  const statusOf = (check: string) => findings.find((finding) => finding.check === check)?.status;
  const well = ['control plane', 'PostgreSQL', 'Redis', 'NATS', 'clock', 'API key', 'edges', 'migrations'];
  expect(well.map(statusOf)).toEqual(well.map(() => 'ok'));
  expect(findings.find(({ check }) => check === 'GeoIP /nowhere.mmdb')).toMatchObject({
    status: 'failed',
    advice: expect.stringContaining('MaxMind'),
  });
  // The edges of this test have no media port.
  expect(findings.filter(({ check }) => check.startsWith('media eu-central-1')).map(({ status }) => status)).toContain(
    'failed',
  );
});

test('how it ends says what went wrong, in one sentence', async () => {
  const [refused, away, usage, unknown, bad] = await Promise.all([
    canopy(['edges', 'list'], { CANOPY_API_KEY: 'test.wrong' }),
    canopy(['edges', 'list'], { CANOPY_URL: 'http://127.0.0.1:9' }),
    canopy(['edges', 'drain']),
    canopy(['edges', 'drain', 'mars-1']),
    canopy(['placement', 'Berlin']),
  ]);
  expect([refused, away, usage, unknown, bad].map(({ code }) => code)).toEqual([4, 3, 2, 1, 2]);
  for (const { err, out } of [refused, away, unknown, bad]) {
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(out).toBe('');
  }
});

test('shells complete what can follow', async () => {
  const [script, follows] = await Promise.all([canopy(['complete', 'zsh']), canopy(['complete', '--', 'edges', ''])]);
  expect(script.out).toContain('#compdef canopy');
  expect(follows.out).toMatch(/^drain\t/m);
});
