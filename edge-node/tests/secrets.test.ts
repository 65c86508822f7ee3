import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { EdgeLinkClient, type LinkEvent } from '@canopy/proto/edge_link';
import { TrackKind, TrackSource } from '@canopy/proto/media';
import { keptLog } from '@canopy/runtime/testing/kept-log';
import { credentials } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { openWebRtcTransport } from '../src/adapters/mediasoup/router.ts';
import { type InProcessEdge, receivesEverything, startInProcessEdge } from '../src/testing/index.ts';

const relaySecret = 'what the edge and its relay know';
const probeKey = 'what edges probe each other with';
const busPassword = 'the-password-of-the-bus';
const meetingId = 'm';

/** A bus at which nobody is, with a password that is told to whoever asks there. */
const bus = `nats://edge:${busPassword}@127.0.0.1:9`;

/** A participant comes, asks for what is refused, and goes. Returns what lets them in. */
async function participant({ client }: InProcessEdge): Promise<string[]> {
  const about = { meetingId, participantId: 'ada' };
  const want = { trackId: 'missing', width: 320, height: 180, priority: 1 };
  const targets = [{ want, originEdgeId: 'elsewhere', kind: TrackKind.VIDEO }];
  const opened = await client.openSession({ ...about, rtpCapabilities: receivesEverything, canPublish: true, targets });
  expect(opened.refused).toHaveLength(1);
  const { receive, iceServers } = await client.restartIce(about);
  await expect(
    client.publishTrack({ ...about, trackId: 'cam', kind: TrackKind.VIDEO, source: TrackSource.CAMERA, muted: false }),
  ).rejects.toThrow();
  await client.closeSession(about);
  const transports = [opened.receiveTransport, opened.sendTransport, { iceParameters: receive, iceServers }];
  return transports.flatMap((transport) => [
    transport?.iceParameters?.password ?? '',
    ...(transport?.iceServers.map(({ credential }) => credential) ?? []),
  ]);
}

/** Another edge attaches, asks for what is not there, and goes. Returns the keys of the pipe between them. */
async function child({ context }: InProcessEdge): Promise<string[]> {
  const client = new EdgeLinkClient(context.grpcAddress, credentials.createInsecure());
  const own = randomBytes(44).toString('base64');
  const endpoint = { ip: '127.0.0.1', port: 9, srtp: { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64: own } };
  const call = client.attach({ meetingId, childEdgeId: 'child', linkId: 'link', endpoint });
  call.on('error', () => undefined);
  const [first]: LinkEvent[] = await once(call, 'data');
  call.cancel();
  client.close();
  return [own, first?.attached?.endpoint?.srtp?.keyBase64 ?? ''];
}

test('no secret gets into the log of an edge, whatever is asked and however it goes wrong', async () => {
  const { logger, written } = keptLog('edge-node');
  const settings = {
    turn: { urls: ['turn:turn.example.org'], secret: relaySecret },
    probing: { key: probeKey, port: 0 },
  };
  const edge = await startInProcessEdge('secretive', bus, settings, {
    logger,
    openClientTransport: openWebRtcTransport,
  });
  const secrets = [relaySecret, probeKey, busPassword, ...(await participant(edge)), ...(await child(edge))];
  await expect.poll(written).toContain('child detached');
  await edge[Symbol.asyncDispose]();

  const log = written();
  for (const line of ['edge ready', 'no bus yet', 'session opened', 'child attached']) expect(log).toContain(line);
  expect(secrets.filter((secret) => secret.length < 14)).toEqual([]);
  expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
});
