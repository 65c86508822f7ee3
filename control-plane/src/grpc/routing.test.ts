import { RoutingClient } from '@canopy/proto/routing';
import { CanopyError } from '@canopy/runtime/errors';
import { unaryCall } from '@canopy/runtime/grpc';
import { keptLog } from '@canopy/runtime/testing/kept-log';
import { credentials } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { RoutingServer } from './routing.ts';

/** Asks a server for routes that it fails to tell. Returns the code of the answer, and the lines of its log. */
async function refusedWith(reason: Error) {
  await using owned = new AsyncDisposableStack();
  const { logger, lines } = keptLog('control-plane');
  const routesOf = () => Promise.reject(reason);
  const server = owned.use(new RoutingServer({ routesOf }, undefined, () => {}, logger));
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  const client = new RoutingClient(`127.0.0.1:${port}`, credentials.createInsecure());
  owned.defer(() => client.close());
  const call = unaryCall(client.getRoutes.bind(client), { meetingId: 'meeting', edgeId: 'edge' }, 5_000);
  const code = await call.then(
    () => undefined,
    (error: CanopyError) => error.code,
  );
  return { code, lines: lines() };
}

test('what fails by a mistake of ours is logged once, by the method that was called, and nothing else is', async () => {
  const { code, lines } = await refusedWith(new TypeError('routes is not iterable'));
  expect(code).toBe('INTERNAL');
  const err = expect.objectContaining({ type: 'TypeError', message: 'routes is not iterable' });
  expect(lines).toEqual([
    expect.objectContaining({ level: 'error', method: 'canopy.v1.Routing/GetRoutes', msg: 'a call failed', err }),
  ]);
  expect(await refusedWith(new CanopyError('MEETING_NOT_FOUND'))).toEqual({ code: 'MEETING_NOT_FOUND', lines: [] });
});
