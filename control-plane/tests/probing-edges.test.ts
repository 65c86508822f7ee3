import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { EdgeMediaClients } from '../src/adapters/edge/edge-media-client.ts';
import { Gate } from '../src/testing/gate.ts';
import { TestMesh } from '../src/testing/mesh.ts';

const probeTimeoutMs = 3_000;

let mesh: TestMesh;

beforeAll(async () => {
  mesh = await TestMesh.create();
});

afterAll(() => mesh[Symbol.asyncDispose]());

async function gated(edgeId: string) {
  const edge = await mesh.edge(edgeId, 'ap-southeast-2');
  const { gate, url } = await Gate.before(`http://${edge.mediaAddress}`);
  const media = new EdgeMediaClients({
    credentials: credentials.createInsecure(),
    callTimeoutMs: 3_000,
    probeTimeoutMs,
    addressOf: () => new URL(url).host,
    isDead: () => false,
  });
  onTestFinished(async () => {
    media[Symbol.dispose]();
    await gate[Symbol.asyncDispose]();
  });
  return { gate, media };
}

it('an edge on the other side of the world answers in time over the connection there is', async () => {
  const { gate, media } = await gated('sydney');
  await media.getState('sydney', { meetingId: 'none' });
  // No fresh one answers so soon.
  gate.delayMs = probeTimeoutMs;
  await expect(media.probe('sydney')).resolves.toBeUndefined();
});

it('an edge that is no more is told of by who tried to reach it anew', async () => {
  const { gate, media } = await gated('melbourne');
  await media.getState('melbourne', { meetingId: 'none' });
  await gate.close();
  await expect(media.probe('melbourne')).rejects.toMatchObject({ code: 'EDGE_UNREACHABLE' });
});
