import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { Authority } from '@canopy/local-mesh/testing/authority';
import { EdgeLinkClient } from '@canopy/proto/edge_link';
import { EdgeMediaClient } from '@canopy/proto/edge_media';
import { Certificates } from '@canopy/runtime/certificates';
import { callMetadata, clientCredentials, type TlsFiles, unaryCall } from '@canopy/runtime/grpc';
import type { Refusal } from '@canopy/runtime/tls-listener';
import { type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
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
let replica: TlsFiles;
let origin: InProcessEdge;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'canopy-mtls-'));
  own = await Authority.create(join(folder, 'own'));
  foreign = await Authority.create(join(folder, 'foreign'));
  replica = await own.issue('replica', { role: 'control-plane' });
  origin = await startEdge('mtls-origin');
});

afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The certificate of an edge, of our authority. */
function edgeTls(edgeId: string): Promise<TlsFiles> {
  return own.issue(edgeId, { role: 'edge', edgeId });
}

async function startEdge(id: string): Promise<InProcessEdge> {
  return startInProcessEdge(id, natsUrl, { tls: await edgeTls(id) }, {}, replica);
}

/** How many connections, or calls, the origin did not let in. */
async function refused(why: Refusal): Promise<number> {
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
  const { certFile, keyFile } = await foreign.issue('impostor', { role: 'edge', edgeId: 'mtls-stranger' });
  return { caFile: join(folder, 'own', 'ca.pem'), certFile, keyFile };
}

test('edges with certificates of one authority link and carry media', async () => {
  await using leaf = await startEdge('mtls-leaf');
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

/** What an edge answers who shows this certificate. */
async function asks(edge: InProcessEdge, tls: TlsFiles) {
  await using owned = new AsyncDisposableStack();
  const credentials = clientCredentials(new Certificates(tls));
  const { grpcAddress } = edge.context;
  const media = owned.adopt(new EdgeMediaClient(grpcAddress, credentials), (client) => client.close());
  const links = owned.adopt(new EdgeLinkClient(grpcAddress, credentials), (client) => client.close());
  const answer = async (call: Promise<unknown>) => {
    const code = await call.then(
      () => status.OK,
      ({ cause }: { cause: ServiceError }) => cause.code,
    );
    return status[code];
  };
  const link = { meetingId: 'm', linkId: 'nobodys', trackId: 't', originEdgeId: 'o' };
  const pull = (path: string[]) => unaryCall(links.pull.bind(links), { ...link, path, epoch: 1 }, 5_000);
  const attach = (childEdgeId: string) =>
    new Promise((_resolve, reject) => {
      const call = links.attach({ meetingId: 'm', childEdgeId, linkId: 'l' }, callMetadata());
      call.once('error', (cause) => reject(new Error('refused', { cause })));
    });
  return {
    command: await answer(unaryCall(media.setDraining.bind(media), { draining: false }, 5_000)),
    release: await answer(unaryCall(links.release.bind(links), { ...link, former: false }, 5_000)),
    pull: await answer(pull(['other', 'leaf'])),
    pullOfAnother: await answer(pull(['leaf', 'other'])),
    attach: await answer(attach('leaf')),
    attachOfAnother: await answer(attach('other')),
  };
}

const denied = 'PERMISSION_DENIED';

test('an edge is commanded by the control plane only, and gives tracks to edges under their own names only', async () => {
  const before = await refused('role');
  // These are let in, to find that there is no such link, and that a new one needs a pipe.
  const links = { release: 'OK', pull: 'NOT_FOUND', attach: 'INVALID_ARGUMENT' };
  expect(await asks(origin, await edgeTls('leaf'))).toEqual({
    ...links,
    command: denied,
    pullOfAnother: denied,
    attachOfAnother: denied,
  });
  expect(await asks(origin, await own.issue('group', { role: 'edge' }))).toEqual({
    ...links,
    command: denied,
    pullOfAnother: 'NOT_FOUND',
    attachOfAnother: 'INVALID_ARGUMENT',
  });
  const none = { release: denied, pull: denied, pullOfAnother: denied, attach: denied, attachOfAnother: denied };
  expect(await asks(origin, replica)).toEqual({ ...none, command: 'OK' });
  expect(await asks(origin, await own.issue('nobody'))).toEqual({ ...none, command: denied });
  expect((await refused('role')) - before).toBe(3 + 1 + 5 + 6);
});

test('whose certificate names another than they are does not start, and takes no such certificate later', async () => {
  const starts = async (tls: TlsFiles) => {
    await using _ = await startInProcessEdge('misnamed', natsUrl, { tls });
  };
  const must = 'must name spiffe://canopy/edge/misnamed';
  await expect(starts(await own.issue('misnamed'))).rejects.toThrow(`names no role, it ${must}`);
  await expect(starts(replica)).rejects.toThrow(`names spiffe://canopy/control-plane, it ${must}`);
  await expect(starts(await edgeTls('leaf'))).rejects.toThrow(`names spiffe://canopy/edge/leaf, it ${must}`);

  await using edge = await startEdge('misnamed');
  const shown = await shownBy(edge, replica);
  await own.issue('misnamed');
  edge.context.reload();
  expect(await shownBy(edge, replica)).toBe(shown);
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
  await using parent = await startEdge('renewed-parent');
  await using child = await startEdge('renewed-child');
  await child.client.setRoutes({ table: routeTable('r', 1, child, parent.id, parent) });
  const publishing = { client: parent.client, meetingId: 'r', participantId: 'p', trackId: 'cam' };
  await using publisher = await FakePublisher.start(publishing);
  await using viewer = await FakeViewer.start({ client: child.client, meetingId: 'r', participantId: 'v' });
  const { added } = await viewer.watch(parent.id, [publisher.trackId]);
  await viewer.receives(added[0], 5);
  const link = () => linkOf(child, parent);
  const linkBefore = await link();
  const [parentBefore, childBefore] = [await shownBy(parent, replica), await shownBy(child, replica)];

  await edgeTls('renewed-parent');
  await edgeTls('renewed-child');
  for (const { context } of [parent, child]) context.reload();

  expect(await shownBy(parent, replica)).not.toBe(parentBefore);
  expect(await shownBy(child, replica)).not.toBe(childBefore);
  await viewer.receives(added[0], 5);
  expect(await link()).toBe(linkBefore);
  const fresh = new EdgeClient(
    parent.context.grpcAddress,
    await own.issue('renewed-caller', { role: 'control-plane' }),
  );
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

test('metrics say when the certificate in use ends, whatever has become of its file', async () => {
  await using edge = await startEdge('ending');
  const ends = async () => {
    const metrics = await (await fetch(`http://${edge.context.httpAddress}/metrics`)).text();
    return Number(/^canopy_certificate_expiry_timestamp_seconds\{certificate="mesh"\} (\d+)$/m.exec(metrics)?.[1]);
  };
  const aDayLater = async (issue: () => Promise<TlsFiles>) => {
    vi.setSystemTime(Date.now() + 86_400_000);
    onTestFinished(() => void vi.useRealTimers());
    const files = await issue();
    vi.useRealTimers();
    edge.context.reload();
    return files;
  };
  const before = await ends();
  const { certFile } = await aDayLater(() => own.issue('ending'));
  expect(await ends()).toBe(before);
  await rm(certFile);
  expect(await ends()).toBe(before);
  await aDayLater(() => edgeTls('ending'));
  expect(await ends()).toBeGreaterThanOrEqual(before + 86_400);
});
