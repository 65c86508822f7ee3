import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { Authority } from '@canopy/local-mesh/testing/authority';
import { EdgeFact, EdgeHeartbeat, EdgeLifecycle } from '@canopy/proto/bus';
import { RoutingClient } from '@canopy/proto/routing';
import { busAddress } from '@canopy/runtime/bus-address';
import { Certificates } from '@canopy/runtime/certificates';
import { clientCredentials, type TlsFiles, unaryCall } from '@canopy/runtime/grpc';
import { protocolVersion } from '@canopy/runtime/protocol';
import { type ServiceError, status } from '@grpc/grpc-js';
import { connect } from 'nats';
import { expect, it, onTestFinished } from 'vitest';
import { call } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';

const patience = { timeout: 10_000, interval: 20 };

/** The value of a series on a replica. */
async function count(httpAddress: string, series: string): Promise<number> {
  const metrics = await (await fetch(`http://${httpAddress}/metrics`)).text();
  const line = metrics.split('\n').find((text) => text.startsWith(`${series} `));
  return Number(line?.split(' ')[1]);
}

it('takes from an edge only what it says under its own subject, and counts the rest', async () => {
  await using mesh = await TestMesh.create();
  const { httpAddress } = await mesh.replica();
  const nats = await connect(busAddress(mesh.config.natsUrl));
  onTestFinished(() => nats.close());
  const say = (subject: string, bytes: Uint8Array) => nats.publish(`${mesh.config.namespace}.edge.${subject}`, bytes);
  const heartbeat = (edgeId: string) =>
    EdgeHeartbeat.encode(
      EdgeHeartbeat.fromPartial({
        edgeId,
        bootId: 'b',
        region: 'eu-central-1',
        state: EdgeLifecycle.READY,
        protocol: protocolVersion,
      }),
    ).finish();
  const sender = () => count(httpAddress, 'canopy_bus_refusals_total{why="sender"}');
  expect(await sender()).toBe(0);
  say('captured.heartbeat', heartbeat('victim'));
  say('captured.fact', EdgeFact.encode(EdgeFact.fromPartial({ edgeId: 'victim', bootId: 'b' })).finish());
  say('captured.heartbeat', heartbeat('captured'));
  await expect.poll(sender, patience).toBe(2);
  const known = async () => JSON.stringify((await call(httpAddress, 'GET', '/v1/mesh')).body);
  await expect.poll(known, patience).toContain('"captured"');
  expect(await known()).not.toContain('victim');
});

it('gives routes to edges under their own names only, and counts who else asks', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'canopy-refusals-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const own = await Authority.create(join(folder, 'own'));
  const foreign = await Authority.create(join(folder, 'foreign'));
  const tls = await own.issue('replica', { role: 'control-plane' });
  await using mesh = await TestMesh.create({ config: { tls } });
  const { httpAddress, grpcAddress } = await mesh.replica();
  const refused = (why: string) => count(httpAddress, `canopy_tls_refusals_total{why="${why}"}`);
  expect([await refused('certificate'), await refused('role')]).toEqual([0, 0]);

  const asks = async (files: TlsFiles, edgeId: string) => {
    const routing = new RoutingClient(grpcAddress, clientCredentials(new Certificates(files)));
    const asked = unaryCall(routing.getRoutes.bind(routing), { meetingId: 'none', edgeId }, 5_000);
    const code = await asked.then(
      () => status.OK,
      ({ cause }: { cause: ServiceError }) => cause.code,
    );
    routing.close();
    return status[code];
  };
  const edge = await own.issue('fra-1', { role: 'edge', edgeId: 'fra-1' });
  expect(await asks(edge, 'fra-1')).toBe('NOT_FOUND');
  expect(await asks(await own.issue('group', { role: 'edge' }), 'fra-1')).toBe('NOT_FOUND');
  expect(await refused('role')).toBe(0);
  expect(await asks(edge, 'syd-1')).toBe('PERMISSION_DENIED');
  expect(await asks(tls, 'fra-1')).toBe('PERMISSION_DENIED');
  expect(await asks(await own.issue('nobody'), 'fra-1')).toBe('PERMISSION_DENIED');
  expect(await refused('role')).toBe(3);

  const { cert, key } = new Certificates(await foreign.issue('impostor', { role: 'edge' })).current;
  const port = Number(grpcAddress.split(':').at(-1));
  const impostor = connectTls({ port, host: '127.0.0.1', cert, key, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  impostor.on('error', () => undefined);
  await expect.poll(() => refused('certificate'), patience).toBe(1);
  impostor.destroy();
});
