import { PullRequest } from '@canopy/proto/edge_link';
import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
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
