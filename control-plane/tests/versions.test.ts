import { EdgeHeartbeat } from '@canopy/proto/bus';
import { RoutingClient } from '@canopy/proto/routing';
import { systemClock } from '@canopy/runtime/clock';
import { createLogger } from '@canopy/runtime/logger';
import { protocolVersion } from '@canopy/runtime/protocol';
import { credentials, Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting, newToken } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

const tooNew = protocolVersion + 2;

let mesh: TestMesh;
let one: ControlPlane;
let near: FakeEdge;
let far: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create();
  near = await mesh.edge('near', 'eu-central-1');
  far = await mesh.edge('far', 'us-east-1');
  one = await mesh.replica();
  await mesh.untilHeard([one], ['near', 'far']);
});

afterAll(() => mesh[Symbol.asyncDispose]());

async function look() {
  const { body } = await call(one.httpAddress, 'GET', '/v1/mesh');
  const edges = body.edges as { id: string; state: string; protocol: number }[];
  return { protocol: body.protocol, near: edges.find(({ id }) => id === 'near') };
}

async function edgeOfNewcomer(): Promise<string | undefined> {
  const newcomer = await joined(mesh, one, await newMeeting(one.httpAddress), 'Ada');
  return newcomer.answer.edge?.id;
}

it('leaves an edge of another version alone, says so, and takes it back when it is upgraded', async () => {
  expect(await edgeOfNewcomer()).toBe('near');
  near.protocol = tooNew;
  // A version changes with the process only.
  near.reboot();
  await expect.poll(async () => (await look()).near).toMatchObject({ state: 'foreign', protocol: tooNew });
  expect(await edgeOfNewcomer()).toBe('far');
  const kinds = async () => {
    const { body } = await call(one.httpAddress, 'GET', '/v1/mesh/events');
    return (body.events as { kind: string; edgeId?: string }[]).filter(({ edgeId }) => edgeId === 'near');
  };
  await expect.poll(kinds).toContainEqual(expect.objectContaining({ kind: 'edge.foreign' }));
  const metrics = await fetch(`http://${one.httpAddress}/metrics`);
  expect(await metrics.text()).toContain('canopy_edges{status="foreign"} 1');

  near.protocol = protocolVersion;
  near.reboot();
  await expect.poll(async () => (await look()).near?.state).toBe('ready');
  expect(await edgeOfNewcomer()).toBe('near');
});

it('logs once that an edge is of another version, also on a replica that knew it before it heard it', async () => {
  near.protocol = tooNew;
  near.reboot();
  const redis = mesh.redis();
  const remembered = async () => {
    const bytes = await redis.getBuffer(`${mesh.config.namespace}:edge:near`);
    return bytes === null ? undefined : EdgeHeartbeat.decode(bytes).protocol;
  };
  await expect.poll(remembered).toBe(tooNew);
  const lines: string[] = [];
  const logger = createLogger('control-plane', 'error', { write: (line) => void lines.push(line) });
  const late = await mesh.replica({ logger });
  await mesh.untilHeard([late], ['far']);
  // It is heard meanwhile, which is no news.
  near.load = 0.5;
  near.heartbeat();
  const loadOfNear = async () => {
    const { body } = await call(late.httpAddress, 'GET', '/v1/mesh');
    return (body.edges as { id: string; load: number }[]).find(({ id }) => id === 'near')?.load;
  };
  await expect.poll(loadOfNear).toBe(0.5);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { code: 'PROTOCOL_MISMATCH', edgeId: 'near', protocol: tooNew, own: protocolVersion },
  ]);
  await late[Symbol.asyncDispose]();
  near.load = 0;
  near.protocol = protocolVersion;
  near.reboot();
  await expect.poll(async () => (await look()).near?.state).toBe('ready');
});

it('counts as the version of all what the oldest of them speaks', async () => {
  await expect.poll(async () => (await look()).protocol, { timeout: 10_000 }).toBe(protocolVersion);
  near.protocol = protocolVersion - 1;
  near.reboot();
  await expect.poll(async () => (await look()).protocol).toBe(protocolVersion - 1);
  expect((await look()).near?.state).toBe('ready');
  near.protocol = protocolVersion;
  near.reboot();
  await expect.poll(async () => (await look()).protocol).toBe(protocolVersion);
  expect(far.protocol).toBe(protocolVersion);
});

it('tells a client that is too many versions away, and is heard by one that names none', async () => {
  const meetingId = await newMeeting(one.httpAddress);
  const { token } = await newToken(one.httpAddress, meetingId, 'Ben');
  const tooFar = await mesh.client(one);
  const { error } = await tooFar.ask({ join: { ...joinWith(token), protocol: tooNew } });
  expect(error).toMatchObject({ code: 'PROTOCOL_MISMATCH', retryable: false });
  expect(await tooFar.untilGoodbye()).toBe('PROTOCOL_MISMATCH');
  const old = await mesh.client(one);
  expect((await old.ask({ join: joinWith(token) })).joined?.protocol).toBe(protocolVersion);
});

it('refuses a call of an edge that is too many versions away', async () => {
  const client = new RoutingClient(one.grpcAddress, credentials.createInsecure());
  const ask = (version: number) => {
    const metadata = new Metadata();
    metadata.set('canopy-protocol', String(version));
    return new Promise<string>((resolve) => {
      client.getRoutes({ meetingId: 'none', edgeId: 'near' }, metadata, (error) => resolve(error?.details ?? ''));
    });
  };
  expect(await ask(tooNew)).toMatch(/^PROTOCOL_MISMATCH: /);
  expect(await ask(protocolVersion - 1)).not.toContain('PROTOCOL_MISMATCH');
  client.close();
});

it('counts the replicas that are there, however far apart their clocks are', async () => {
  const ahead = await mesh.replica({ clock: { ...systemClock, now: () => Date.now() + 120_000 } });
  const knownTo = async ({ httpAddress }: ControlPlane) => {
    const { body } = await call(httpAddress, 'GET', '/v1/health');
    return (body.replicas as { id: string }[] | null)?.map(({ id }) => id).sort();
  };
  await expect.poll(() => knownTo(ahead)).toHaveLength(2);
  await expect.poll(() => knownTo(one)).toEqual(await knownTo(ahead));
  await ahead[Symbol.asyncDispose]();
});

it('does not start beside a replica that is too many versions away', async () => {
  const redis = mesh.redis();
  const replicas = `${mesh.config.namespace}:replicas`;
  const stranger = { metricsAddress: 'nowhere:1', protocol: tooNew, untilMs: Date.now() + 60_000 };
  await redis.hset(replicas, 'stranger', JSON.stringify(stranger));
  await expect(mesh.replica()).rejects.toMatchObject({
    code: 'PROTOCOL_MISMATCH',
    message: expect.stringContaining('stranger'),
  });
  await redis.hdel(replicas, 'stranger');
  await mesh.replica();
});
