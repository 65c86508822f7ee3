import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { Authority } from '@canopy/local-mesh/testing/authority';
import { Certificates } from '@canopy/runtime/certificates';
import type { TlsFiles } from '@canopy/runtime/grpc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  EdgeClient,
  FakePublisher,
  FakeViewer,
  type InProcessEdge,
  routeTable,
  startInProcessEdge,
} from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { timeout: 10_000, interval: 20 };
let folder: string;
let own: Authority;
let foreign: Authority;
let origin: InProcessEdge;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'canopy-mtls-'));
  own = await Authority.create(join(folder, 'own'));
  foreign = await Authority.create(join(folder, 'foreign'));
  origin = await startInProcessEdge('mtls-origin', natsUrl, { tls: await own.issue('mtls-origin') });
});

afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** How many connections the origin did not let in. */
async function refused(why: 'certificate' | 'handshake'): Promise<number> {
  const metrics = await (await fetch(`http://${origin.context.httpAddress}/metrics`)).text();
  return Number(new RegExp(`canopy_edge_tls_refusals_total\\{why="${why}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0);
}

/** Resolves when the other side has ended the connection, however rudely. */
function closed(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

/** The foreign authority's certificate, shown by somebody who trusts ours: nothing on the client's side keeps it out. */
async function impostor(): Promise<TlsFiles> {
  const { certFile, keyFile } = await foreign.issue('impostor');
  return { caFile: join(folder, 'own', 'ca.pem'), certFile, keyFile };
}

test('edges with certificates of one authority link and carry media', async () => {
  await using leaf = await startInProcessEdge('mtls-leaf', natsUrl, { tls: await own.issue('mtls-leaf') });
  await leaf.client.setRoutes({ table: routeTable('m', 1, leaf, origin.id, origin) });
  await using publisher = await FakePublisher.start({
    client: origin.client,
    meetingId: 'm',
    participantId: 'p',
    trackId: 'cam',
  });
  await using viewer = await FakeViewer.start({ client: leaf.client, meetingId: 'm', participantId: 'v' });
  const { added } = await viewer.watch(origin.id, [publisher.trackId]);
  await viewer.receives(added[0], 5);
});

test('an edge with a certificate of another authority gets no track, and is counted', async () => {
  const before = await refused('certificate');
  await using stranger = await startInProcessEdge('mtls-stranger', natsUrl, { tls: await impostor() });
  const linkAddress = origin.context.grpcAddress;
  const routes = [{ originEdgeId: origin.id, parent: { edgeId: origin.id, linkAddress } }];
  stranger.context.edge.routes.put({ meetingId: 'foreign', epoch: 1, edgeId: stranger.id, routes });
  await expect(
    stranger.context.edge.meetings.with('foreign', (meeting) => {
      const track = meeting.tracks.obtain('cam', origin.id);
      return track.hold(0, { path: [], epoch: 1 });
    }),
  ).rejects.toMatchObject({ code: 'EDGE_UNREACHABLE' });
  await expect.poll(() => refused('certificate'), patience).toBeGreaterThan(before);
  expect(origin.context.edge.meetings.get('foreign')).toBeUndefined();
});

test('a caller with a certificate of another authority, or none, opens nothing', async () => {
  const client = new EdgeClient(origin.context.grpcAddress, await impostor());
  await expect(client.getState({ meetingId: '' })).rejects.toMatchObject({ code: 'EDGE_UNREACHABLE' });
  client.close();

  const before = await refused('certificate');
  const port = Number(origin.context.grpcAddress.split(':').at(-1));
  const anonymous = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  await closed(anonymous);
  await expect.poll(() => refused('certificate'), patience).toBeGreaterThan(before);
});

test('what is no TLS at all is refused and counted apart', async () => {
  const port = Number(origin.context.grpcAddress.split(':').at(-1));
  const plain = connect(port, '127.0.0.1');
  plain.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  await closed(plain);
  await expect.poll(() => refused('handshake'), patience).toBe(1);
  expect(await origin.client.getState({ meetingId: '' })).toMatchObject({ edgeId: origin.id });
});

/** The serial number of the certificate that is shown to who connects now. */
async function shownBy(edge: InProcessEdge, tls: TlsFiles): Promise<string> {
  const { cert, key, ca } = new Certificates(tls).current;
  const port = Number(edge.context.grpcAddress.split(':').at(-1));
  const socket = connectTls({ port, host: '127.0.0.1', cert, key, ca: ca ?? [], ALPNProtocols: ['h2'] });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

/** The link by which a child gets tracks of meeting r; it is opened if there is none. */
function linkOf(child: InProcessEdge, parent: InProcessEdge) {
  const address = { edgeId: parent.id, linkAddress: parent.context.grpcAddress };
  return child.context.edge.meetings.get('r')?.parentLinks.with(address, async (link) => link);
}

test('certificates are exchanged while a link carries media, and new connections show the new ones', async () => {
  const parentTls = await own.issue('renewed-parent');
  const childTls = await own.issue('renewed-child');
  await using parent = await startInProcessEdge('renewed-parent', natsUrl, { tls: parentTls });
  await using child = await startInProcessEdge('renewed-child', natsUrl, { tls: childTls });
  await child.client.setRoutes({ table: routeTable('r', 1, child, parent.id, parent) });
  const publishing = { client: parent.client, meetingId: 'r', participantId: 'p', trackId: 'cam' };
  await using publisher = await FakePublisher.start(publishing);
  await using viewer = await FakeViewer.start({ client: child.client, meetingId: 'r', participantId: 'v' });
  const { added } = await viewer.watch(parent.id, [publisher.trackId]);
  await viewer.receives(added[0], 5);
  const link = () => linkOf(child, parent);
  const linkBefore = await link();
  const [parentBefore, childBefore] = [await shownBy(parent, parentTls), await shownBy(child, childTls)];

  await own.issue('renewed-parent');
  await own.issue('renewed-child');
  for (const { context } of [parent, child]) context.reload();

  expect(await shownBy(parent, parentTls)).not.toBe(parentBefore);
  expect(await shownBy(child, childTls)).not.toBe(childBefore);
  await viewer.receives(added[0], 5);
  expect(await link()).toBe(linkBefore);
  const fresh = new EdgeClient(parent.context.grpcAddress, await own.issue('renewed-caller'));
  expect(await fresh.getState({ meetingId: '' })).toMatchObject({ edgeId: parent.id });
  fresh.close();
});

test('a certificate whose key is not there yet changes nothing', async () => {
  const files = await own.issue('half');
  const certificates = new Certificates(files);
  const { cert } = certificates.current;
  const { certFile } = await own.issue('other-half');
  await copyFile(certFile, files.certFile);
  expect(() => certificates.renew()).toThrow();
  expect(certificates.current.cert).toBe(cert);
  await own.issue('half');
  expect(certificates.renew()).toBe(true);
  expect(certificates.renew()).toBe(false);
  expect(certificates.current.cert.equals(cert)).toBe(false);
});
