import { type RouteTable, RoutingService } from '@canopy/proto/routing';
import { CanopyError } from '@canopy/runtime/errors';
import { unaryHandlers } from '@canopy/runtime/grpc';
import { silentLogger } from '@canopy/runtime/logger';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { GrpcRouteAuthority } from './grpc-route-authority.ts';

const tableOf = (meetingId: string): RouteTable => ({ meetingId, epoch: 1, edgeId: 'self', routes: [] });

/** A replica that answers as the test says. Returns its address. */
async function replica(answer: (meetingId: string) => Promise<RouteTable>, owned: DisposableStack): Promise<string> {
  const server = new Server();
  const serve = unaryHandlers(silentLogger);
  server.addService(RoutingService, {
    getRoutes: serve(({ meetingId }: { meetingId: string }) => answer(meetingId)),
  });
  owned.defer(() => server.forceShutdown());
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(`127.0.0.1:${port}`);
      else reject(error);
    });
  });
}

test('whoever waited for a replica in vain asks the other one, though somebody found out before', async () => {
  using owned = new DisposableStack();
  const { promise: gaveUp, resolve: giveUp } = Promise.withResolvers<void>();
  const poor = async (meetingId: string) => {
    if (meetingId === 'first') await gaveUp;
    throw new CanopyError('STATE_UNAVAILABLE');
  };
  const addresses = await Promise.all([replica(poor, owned), replica(async (id) => tableOf(id), owned)]);
  const authority = new GrpcRouteAuthority('self', addresses, undefined);
  owned.defer(() => authority.close());
  const first = authority.getRoutes('first');
  expect(await authority.getRoutes('second')).toMatchObject({ meetingId: 'second' });
  giveUp();
  expect(await first).toMatchObject({ meetingId: 'first' });
});
