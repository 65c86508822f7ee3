import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { MeetingPlan, NewApiKey } from '@canopy/client/api';
import { GeoLocator } from '@canopy/geo/locator';
import { silentLogger } from '@canopy/runtime/logger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ControlPlane } from '../../control-plane/src/context.ts';
import { call, newMeeting, testApiKey } from '../../control-plane/src/testing/api.ts';
import type { FakeEdge } from '../../control-plane/src/testing/fake-edge.ts';
import { frankfurt } from '../../control-plane/src/testing/media.ts';
import { TestMesh } from '../../control-plane/src/testing/mesh.ts';
import { joined } from '../../control-plane/src/testing/people.ts';
import { Visitor } from '../../control-plane/src/testing/visitor.ts';
import { projectFolder } from '../../local-mesh/src/project.ts';
import { startTurnServer } from '../../local-mesh/src/testing/turn-server.ts';
import { turnLeftOut } from '../../scripts/setup/services.mjs';

const singapore = { latitude: 1.35, longitude: 103.8 };
const germanAddress = '193.99.144.80';
const operatorKey = `${testApiKey.id}.${testApiKey.secret}`;
const program = fileURLToPath(new URL('../bin/canopy.mjs', import.meta.url));

let mesh: TestMesh;
let replica: ControlPlane;
let fra: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create();
  fra = await mesh.edge('fra-1', 'eu-central-1');
  await mesh.edge('sin-1', 'ap-southeast-1');
  using geo = await GeoLocator.open({ logger: silentLogger });
  replica = await mesh.replica({ geo });
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
    CANOPY_API_KEY: operatorKey,
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

test('who reads no further is no fault', async () => {
  const env = { PATH: process.env.PATH, CANOPY_URL: `http://${replica.httpAddress}`, CANOPY_API_KEY: operatorKey };
  const following = spawn(process.execPath, [program, 'events', '--follow'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = text(following.stderr);
  await once(following.stdout, 'data');
  following.stdout.destroy();
  const exited = once(following, 'exit');
  await json('edges', 'drain', 'sin-1');
  const [code] = await exited;
  await json('edges', 'undrain', 'sin-1');
  expect([code, await said]).toEqual([0, '']);
});

test('an edge, a plan and where an address would be placed are told to people, and to scripts', async () => {
  const meetingId = await newMeeting(replica.httpAddress);
  await joined(mesh, replica, meetingId, 'Ada', { location: frankfurt });
  await joined(mesh, replica, meetingId, 'Ben', { location: singapore });
  const [edge, plan, inGermany, inSydney, edgeText, planText, placementText] = await Promise.all([
    json('edges', 'show', 'sin-1'),
    json('meetings', 'explain', meetingId),
    json('placement', germanAddress),
    json('placement', '-33.9,151.2', '--meeting', meetingId),
    canopy(['edges', 'show', 'sin-1']),
    canopy(['meetings', 'explain', meetingId]),
    canopy(['placement', germanAddress]),
  ]);
  const [ben, eve, happened] = await Promise.all([
    canopy(['meetings', 'explain', meetingId, 'ben']),
    canopy(['meetings', 'explain', meetingId, 'Eve']),
    canopy(['events', '--meeting', meetingId, '--since', '10m']),
  ]);
  expect(ben.out).toMatch(/^Placed .* on sin-1, because .*\n.* at 1\.35,103\.8, .*: Singapore; .* says itself/);
  expect(ben.out).toMatch(/^EDGE +REGION +SCORE += ROUND TRIP +WHICH IS +\+ TO PUBLISHERS.* \+ NEW EDGE /m);
  expect([eve.code, eve.err]).toEqual([1, expect.stringContaining('PARTICIPANT_NOT_FOUND')]);
  expect(happened.out).toMatch(/plan\.changed .* epoch \d+ +because joined/);
  expect(edge).toMatchObject({
    id: 'sin-1',
    region: 'ap-southeast-1',
    state: 'ready',
    workers: [{ index: 0, consumers: 0 }],
    drain: { state: 'ready', movedSessions: 0, startedAt: null },
    links: [],
  });
  expect(edgeText.out).toMatch(/^sin-1 in ap-southeast-1: ready, 0 % load, .*protocol \d+\n\nWORKER /);
  const { epoch, cascades } = plan as MeetingPlan;
  const direct = (originEdgeId: string, edgeId: string) => ({
    originEdgeId,
    nodes: [{ edgeId, parentId: originEdgeId, backupParentId: null, depth: 1, demand: 1, link: null }],
  });
  expect(cascades.toSorted((a, b) => a.originEdgeId.localeCompare(b.originEdgeId))).toMatchObject([
    direct('fra-1', 'sin-1'),
    direct('sin-1', 'fra-1'),
  ]);
  expect(epoch).toBeGreaterThan(0);
  expect(planText.out).toMatch(/^Plan \d+\n\nFROM +TO +PARENT[\s\S]*fra-1 +sin-1 +fra-1 +/);
  expect(inGermany).toMatchObject({
    edgeId: 'fra-1',
    rule: 'least-path',
    candidates: expect.arrayContaining([
      expect.objectContaining({ edgeId: 'sin-1', region: 'ap-southeast-1', score: expect.any(Number) }),
    ]),
  });
  expect(inSydney).toMatchObject({ edgeId: 'sin-1' });
  expect(placementText.out).toMatch(/^fra-1, because .* \(least-path\)\.\n.*GeoIP.*\n\nEDGE +REGION/);
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
  const rotated = (await json('keys', 'rotate', id)) as NewApiKey;
  expect(rotated).toMatchObject({ id, secret: expect.any(String) });
  const after = `${id}.${rotated.secret}`;
  expect(after).not.toBe(key);
  // The secret before is good for another day.
  const looked = [own, { CANOPY_API_KEY: after }].map((env) => canopy(['edges', 'list'], env));
  expect((await Promise.all(looked)).map(({ code }) => code)).toEqual([0, 0]);
  await json('keys', 'revoke', id);
  expect((await canopy(['edges', 'list'], own)).code).toBe(4);
}, 90_000);

test('what operators did is told to a key that may read it, and to no other', async () => {
  const post = async (path: string, body?: object) => (await call(replica.httpAddress, 'POST', path, body)).body;
  const keyWith = async (scope: string) => {
    const { id, secret } = await post('/v1/keys', { name: 'Auditor', scopes: [scope] });
    return { CANOPY_API_KEY: `${String(id)}.${String(secret)}` };
  };
  const [auditor, other] = [await keyWith('audit'), await keyWith('mesh.read')];
  await post('/v1/edges/sin-1/drain');
  await post('/v1/edges/sin-1/undrain');
  const actor = `key:${testApiKey.id}`;
  const [drained, latest, refused] = await Promise.all([
    canopy(['--json', 'audit', '--actor', actor, '--action', 'edge.drain', '--limit', '1'], auditor),
    canopy(['audit', '--limit', '1'], auditor),
    canopy(['audit'], other),
  ]);
  expect(JSON.parse(drained.out)).toMatchObject([{ actor, action: 'edge.drain', target: 'sin-1', failed: null }]);
  expect(latest.out).toMatch(new RegExp(`^ID +TIME.*\\n *\\d+ .* ${actor} .* edge\\.undrain +sin-1\\n$`));
  expect([drained, latest, refused].map(({ code }) => code)).toEqual([0, 0, 4]);
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

type Findings = { check: string; status: string; text: string; advice?: string }[];

test('doctor learns from a replica what it can not see itself, names what is wrong, and ends accordingly', async () => {
  fra.clockAheadMs = 61_000;
  fra.heartbeat();
  const health = async () => JSON.stringify((await call(replica.httpAddress, 'GET', '/v1/health')).body);
  await expect.poll(health).toMatch(/"clockOffsetMs":6\d{4}/);
  const { code, out } = await canopy(['--json', 'doctor'], {
    CONTROL_GEO_COUNTRY: '/nowhere.mmdb',
    // It reaches the mesh by the API only.
    DATABASE_URL: '',
  });
  fra.clockAheadMs = 0;
  expect(code).toBe(1);
  const findings: Findings = JSON.parse(out);
  const find = (check: string) => findings.find((finding) => finding.check === check);
  const well = [
    'control plane',
    'clock',
    'API key',
    'edges',
    'protocol',
    'migrations',
    'secrets',
    'PostgreSQL version',
  ];
  expect(well.map((check) => find(check)?.status)).toEqual(well.map(() => 'ok'));
  // How soon they answer is up to the machine: doctor may warn of it.
  for (const service of ['PostgreSQL', 'Redis', 'NATS'])
    expect(find(service)?.text).toMatch(/^\d+\.\d+.* answers the control plane within [\d.]+ ms$/);
  expect(find('GeoIP')?.text).toMatch(/^\d+ days old$/);
  expect(find('edge fra-1 clock')).toMatchObject({ status: 'warning', advice: expect.stringContaining('NTP') });
  expect(find('GeoIP /nowhere.mmdb')).toMatchObject({
    status: 'failed',
    advice: expect.stringContaining('MaxMind'),
  });
  // The edges of this test have no media port, no relay, and speak gRPC where browsers would measure.
  expect(find('media eu-central-1')?.status).toBe('failed');
  expect(find('relay eu-central-1')?.status).toBe('skipped');
  expect(find('measuring fra-1')?.status).toBe('warning');
}, 90_000);

test('doctor says what it can where it gets no key accepted', async () => {
  const { code, out } = await canopy(['--json', 'doctor'], { CANOPY_API_KEY: 'test.wrong' });
  const findings: Findings = JSON.parse(out);
  const statusOf = (check: string) => findings.find((finding) => finding.check === check)?.status;
  const told = ['PostgreSQL', 'Redis', 'NATS', 'migrations'];
  expect(['API key', ...told].map(statusOf)).toEqual(['failed', ...told.map(() => 'ok')]);
  expect(code).toBe(1);
});

test.skipIf(turnLeftOut(process.env))(
  'doctor asks each relay of an edge for a place, as a client would',
  async () => {
    await using server = await startTurnServer();
    const username = `${Math.floor(Date.now() / 1_000) + 600}:doctor`;
    const relaysFound = async (secret: string) => {
      const credential = createHmac('sha1', secret).update(username).digest('base64');
      fra.iceServers = [{ urls: [...server.urls], username, credential }];
      const { out } = await canopy(['--json', 'doctor'], { NODE_EXTRA_CA_CERTS: server.caFile });
      const findings: Findings = JSON.parse(out);
      return findings.flatMap(({ check, status }) =>
        check.startsWith('relay eu-central-1') ? [`${check}: ${status}`] : [],
      );
    };
    const relays = ['udp', 'tcp', 'tls'].map((transport) => `relay eu-central-1 ${transport}`);
    expect(await relaysFound(server.secret)).toEqual(relays.map((check) => `${check}: ok`));
    expect(await relaysFound('another secret than that')).toEqual(relays.map((check) => `${check}: failed`));
    await server[Symbol.asyncDispose]();
    expect(await relaysFound(server.secret)).toEqual(relays.map((check) => `${check}: warning`));
    fra.iceServers = [];
  },
  90_000,
);

test('how it ends says what went wrong, in one sentence', async () => {
  const [refused, away, usage, unknown, bad, many] = await Promise.all([
    canopy(['edges', 'list'], { CANOPY_API_KEY: 'test.wrong' }),
    canopy(['edges', 'list'], { CANOPY_URL: 'http://127.0.0.1:9' }),
    canopy(['edges', 'drain']),
    canopy(['edges', 'drain', 'mars-1']),
    canopy(['placement', 'Berlin']),
    canopy(['audit', '--limit', 'all']),
  ]);
  expect([refused, away, usage, unknown, bad, many].map(({ code }) => code)).toEqual([4, 3, 2, 1, 2, 2]);
  for (const { err, out } of [refused, away, unknown, bad, many]) {
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(out).toBe('');
  }
});

test('shells complete what can follow', async () => {
  const [script, follows] = await Promise.all([canopy(['complete', 'zsh']), canopy(['complete', '--', 'edges', ''])]);
  expect(script.out).toContain('#compdef canopy');
  expect(follows.out).toMatch(/^drain\t/m);
});

/** As README says it, in the root of the clone; then what somebody does who has typed `canopy edges dr` and presses Tab. */
const tabInBash = `
export PATH="$PWD/node_modules/.bin:$PATH"
source <(canopy complete bash)
# Both are there where a shell completes: the one by the package bash-completion, the other by bash itself.
_get_comp_words_by_ref() { words=("\${COMP_WORDS[@]}"); cur=\${COMP_WORDS[COMP_CWORD]}; }
compopt() { :; }
COMP_WORDS=(canopy edges dr) COMP_CWORD=2
__canopy_complete
echo "\${COMPREPLY[*]}"`;

test('bash completes a command that it finds by its name', async () => {
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', tabInBash], { cwd: projectFolder });
  expect([stdout, stderr]).toEqual(['drain\n', '']);
});
