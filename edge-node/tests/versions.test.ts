import { join } from 'node:path';
import { EdgeLinkClient } from '@canopy/proto/edge_link';
import { EdgeMediaClient } from '@canopy/proto/edge_media';
import { protocolVersion } from '@canopy/runtime/protocol';
import { credentials, Metadata } from '@grpc/grpc-js';
import { beforeAll, expect, test } from 'vitest';
import { PreviousVersion, previousVersionLeftOut } from '../../local-mesh/src/testing/previous-version.ts';
import * as current from '../src/testing/index.ts';

type Version = typeof current;

const natsUrl = process.env.NATS_URL ?? '';
let previous: Version;

const leftOut = previousVersionLeftOut();

beforeAll(async () => {
  if (leftOut) return;
  const { folder } = await PreviousVersion.checkOut();
  previous = (await import(join(folder, 'edge-node', 'src', 'testing', 'index.ts'))) as Version;
});

/** Three edges in a row, and whoever asks things of them, by their versions. */
async function mediaCrosses(meetingId: string, versions: readonly [Version, Version, Version], caller: Version) {
  await using owned = new AsyncDisposableStack();
  const start = async (version: Version, index: number) =>
    owned.use(await version.startInProcessEdge(`${meetingId}-${index}`, natsUrl));
  const [origin, relay, leaf] = [await start(versions[0], 0), await start(versions[1], 1), await start(versions[2], 2)];
  current.giveChain(meetingId, [origin, relay, leaf]);
  const clientOf = ({ context }: current.InProcessEdge) => {
    const client = new caller.EdgeClient(context.grpcAddress, undefined);
    owned.defer(() => client.close());
    return client;
  };
  const ids = { meetingId, participantId: 'p', trackId: 'track' };
  owned.use(await caller.FakePublisher.start({ ...ids, client: clientOf(origin) }));
  const viewer = owned.use(await caller.FakeViewer.start({ client: clientOf(leaf), meetingId, participantId: 'v' }));
  const { added, refused } = await viewer.watch(origin.id, ['track']);
  expect(refused).toEqual([]);
  await viewer.receives(added[0], 60);
  const { links } = await clientOf(leaf).getState({ meetingId });
  expect(links).toMatchObject([{ parentEdgeId: relay.id }]);
}

test.skipIf(leftOut)('media crosses edges of this version and of the one before, in either order', async () => {
  await mediaCrosses('old-new-old', [previous, current, previous], current);
  await mediaCrosses('new-old-new', [current, previous, current], current);
});

test.skipIf(leftOut)('edges of this version serve a control plane of the one before', async () => {
  await mediaCrosses('all-new', [current, current, current], previous);
});

test('an edge refuses callers that are too many versions away, replicas and edges alike', async () => {
  await using edge = await current.startInProcessEdge('refusing', natsUrl);
  const metadata = new Metadata();
  metadata.set('canopy-protocol', String(protocolVersion + 2));
  const media = new EdgeMediaClient(edge.context.grpcAddress, credentials.createInsecure());
  const asked = new Promise<string>((resolve) => {
    media.getState({ meetingId: 'm' }, metadata, (error) => resolve(error?.details ?? ''));
  });
  expect(await asked).toMatch(/^PROTOCOL_MISMATCH: /);
  const neighbour = new EdgeLinkClient(edge.context.grpcAddress, credentials.createInsecure());
  const attach = { meetingId: 'm', childEdgeId: 'c', linkId: 'l' };
  const attached = new Promise<string>((resolve) => {
    neighbour.attach(attach, metadata).on('error', ({ message }) => resolve(message));
  });
  expect(await attached).toContain('PROTOCOL_MISMATCH: ');
  media.close();
  neighbour.close();
});
