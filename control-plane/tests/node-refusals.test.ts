import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { Authority } from '@canopy/local-mesh/testing/authority';
import { EdgeFact, EdgeHeartbeat, EdgeLifecycle } from '@canopy/proto/bus';
import { Certificates } from '@canopy/runtime/certificates';
import { protocolVersion } from '@canopy/runtime/protocol';
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
  const nats = await connect({ servers: new URL(mesh.config.natsUrl).host });
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

it('counts who asks for routes without a certificate of the mesh', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'canopy-refusals-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const tls = await (await Authority.create(join(folder, 'own'))).issue('replica');
  const foreign = await (await Authority.create(join(folder, 'foreign'))).issue('impostor');
  await using mesh = await TestMesh.create({ config: { tls } });
  const { httpAddress, grpcAddress } = await mesh.replica();
  const refused = () => count(httpAddress, 'canopy_tls_refusals_total{why="certificate"}');
  expect(await refused()).toBe(0);
  const { cert, key } = new Certificates(foreign).current;
  const port = Number(grpcAddress.split(':').at(-1));
  const impostor = connectTls({ port, host: '127.0.0.1', cert, key, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  impostor.on('error', () => undefined);
  await expect.poll(refused, patience).toBe(1);
  impostor.destroy();
});
