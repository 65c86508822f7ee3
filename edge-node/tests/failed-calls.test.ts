import { once } from 'node:events';
import { EdgeLinkClient } from '@canopy/proto/edge_link';
import { callMetadata } from '@canopy/runtime/grpc';
import { keptLog } from '@canopy/runtime/testing/kept-log';
import { credentials } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { receivesEverything, startInProcessEdge } from '../src/testing/index.ts';

const meetingId = 'failing';

test('calls that an edge fails at by a mistake of its own are in its log, each once', async () => {
  const { logger, lines } = keptLog('edge-node');
  const openClientTransport = () => Promise.reject(new RangeError('there is no such port'));
  await using edge = await startInProcessEdge(
    'failing',
    process.env.NATS_URL ?? '',
    {},
    { logger, openClientTransport },
  );
  const session = {
    meetingId,
    participantId: 'p',
    rtpCapabilities: receivesEverything,
    canPublish: false,
    targets: [],
  };
  await expect(edge.client.openSession(session)).rejects.toMatchObject({ code: 'INTERNAL' });

  const links = new EdgeLinkClient(edge.context.grpcAddress, credentials.createInsecure());
  const endpoint = { ip: 'nowhere', port: 40_000, srtp: { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64: 'short' } };
  const link = links.attach({ meetingId, childEdgeId: 'child', linkId: 'link', endpoint }, callMetadata());
  link.resume();
  const [error] = await once(link, 'error');
  links.close();
  expect(error).toMatchObject({ details: expect.stringContaining('INTERNAL') });

  expect(lines().filter(({ msg }) => msg === 'a call failed')).toMatchObject([
    { level: 'error', method: 'canopy.v1.EdgeMedia/OpenSession', err: { message: 'there is no such port' } },
    { level: 'error', method: 'canopy.v1.EdgeLink/Attach', err: { stack: expect.any(String) } },
  ]);
});
