import { startMesh } from '@canopy/local-mesh';
import { expect, test } from 'vitest';
import { ownServicesLeftOut } from '../../scripts/setup/services.mjs';
import { MovingViewer } from '../src/failover/moving-viewer.ts';
import { Webinar } from '../src/grow/webinar.ts';
import { gather } from '../src/meeting/gathering.ts';

// Edges of other tests are on the bus that they share.
const leftOut = ownServicesLeftOut(['NATS'], process.env);

const [publisherRegion, viewerRegion] = ['eu-central-1', 'us-east-1'];
const settings = { replicaEnv: { CONTROL_TRUSTED_PROXIES: '127.0.0.1/32', LOG_LEVEL: 'warn' } };

test.skipIf(leftOut)(
  'when the edges of a publisher and a viewer are drained, they go on over others, and the viewer goes on seeing the same tracks',
  { timeout: 180_000 },
  async () => {
    await using mesh = await startMesh({ regions: [publisherRegion, publisherRegion, viewerRegion], ...settings });
    const webinar = await Webinar.create(mesh.url);
    await using publisher = await webinar.publisher(publisherRegion);
    const [options] = await webinar.viewersFrom(viewerRegion, 1);
    if (options === undefined) throw new Error('there is no viewer');
    await using owned = new AsyncDisposableStack();
    const viewer = owned.adopt(await MovingViewer.join(options), (one) => one.close());
    const { trackIds } = publisher;
    const drained = async (edgeId: string) => {
      await fetch(`${mesh.url}/v1/edges/${edgeId}/drain`, { method: 'POST' });
      const transports = async () => {
        const edge = (await webinar.mesh()).edges.find(({ id }) => id === edgeId);
        return edge?.workers.reduce((sum, worker) => sum + worker.transports, 0);
      };
      await expect.poll(transports, { timeout: 60_000 }).toBe(0);
      const at = performance.now();
      await expect.poll(() => viewer.arrivals.at(-1)).toBeGreaterThan(at + 1_000);
    };
    await drained(publisher.edgeId);
    expect(publisher.fate).toMatchObject({ moves: ['EDGE_DRAINING'], losses: [], endedBecause: undefined });
    expect(publisher.trackIds).toEqual(trackIds);
    await drained(viewer.edgeId);
    expect(viewer.fate).toMatchObject({ moves: ['EDGE_DRAINING'], losses: [], endedBecause: undefined });
    publisher.requireSending();
  },
);

test.skipIf(leftOut)(
  'in a small meeting everybody sees who speaks, and knows of everybody',
  { timeout: 180_000 },
  async () => {
    await using mesh = await startMesh({ regions: [publisherRegion, viewerRegion], ...settings });
    const size = {
      mode: 'meeting',
      people: 14,
      cameras: 4,
      speakers: 2,
      connectEvery: 4,
      perSecond: 20,
      withinMs: 60_000,
    } as const;
    const figures = await gather(mesh, size);
    expect(figures).toMatchObject({
      watching: 10,
      refused: {},
      stayedAway: 0,
      lost: {},
      gone: {},
      connected: 2,
      sawEverySpeaker: 2,
      consumersPerPerson: { microphones: 2, cameras: 4 },
      fewestCameras: 4,
      rosters: { early: { people: 14, cameras: 4 }, late: { people: 14, cameras: 4 } },
    });
  },
);
