import { once } from 'node:events';
import { createServer } from 'node:http2';
import { AttachRequest, PullRequest, ReleaseRequest } from '@canopy/proto/edge_link';
import { VirtualClock } from '@canopy/runtime/clock';
import { expect, onTestFinished, test } from 'vitest';
import { GrpcNeighbours } from './grpc-neighbours.ts';

test('a neighbour that is not called any more is forgotten after a while, and one that is, is not', async () => {
  const clock = new VirtualClock();
  const neighbours = new GrpcNeighbours(undefined, clock);
  const pull = (port: number) =>
    neighbours.pull({ edgeId: 'gone', linkAddress: `127.0.0.1:${port}` }, PullRequest.fromPartial({}));
  const refused = { code: 'EDGE_UNREACHABLE' };
  await expect(pull(1)).rejects.toMatchObject(refused);
  await expect(pull(2)).rejects.toMatchObject(refused);
  expect(neighbours.size).toBe(2);
  clock.advance(5 * 60_000);
  await expect(pull(2)).rejects.toMatchObject(refused);
  clock.advance(5 * 60_000);
  expect(neighbours.size).toBe(1);
  neighbours.close();
  expect(neighbours.size).toBe(0);
});

test('the link of which a release is lost ends with it', async () => {
  const parent = createServer();
  parent.on('stream', (stream, headers) => {
    if (headers[':path']?.endsWith('/Release')) stream.session?.destroy();
    else {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      const nothing = Buffer.alloc(5);
      stream.write(nothing);
    }
  });
  parent.listen(0, '127.0.0.1');
  await once(parent, 'listening');
  const address = parent.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const neighbours = new GrpcNeighbours(undefined, new VirtualClock());
  onTestFinished(() => {
    neighbours.close();
    parent.close();
  });
  const edge = { edgeId: 'parent', linkAddress: `127.0.0.1:${port}` };
  const link = neighbours.attach(edge, AttachRequest.fromPartial({}));
  const ended = new Promise((resolve) => link.onEnd(resolve));
  await new Promise<void>((resolve) => link.onEvent(() => resolve()));
  const lost = { code: 'EDGE_UNREACHABLE' };
  await expect(neighbours.release(edge, ReleaseRequest.fromPartial({}))).rejects.toMatchObject(lost);
  expect(await ended).toMatchObject(lost);
});
