// One side of a doorway between two network namespaces; see doorway.ts. A socket belongs to the namespace it was made in,
// wherever it is used: the side that listens hands its socket to the other, which answers it and connects on its own side.
import { connect, createServer, Server } from 'node:net';

/** What the owner of both sides asks of one. */
export type DoorRequest = { listen: { host: string; port: number } } | { forward: { host: string; port: number } };

process.on('message', (request: DoorRequest, handle: unknown) => {
  if ('listen' in request) listen(request.listen);
  else if (handle instanceof Server) forward(handle, request.forward);
});
process.on('disconnect', () => process.exit());

function listen({ host, port }: { host: string; port: number }): void {
  const server = createServer();
  server.listen(port, host, () => process.send?.({}, server, {}, () => server.close()));
}

/** Each direction ends by itself, as on any network. */
function forward(handle: Server, to: { host: string; port: number }): void {
  const server = createServer({ allowHalfOpen: true }, (inside) => {
    const outside = connect({ ...to, allowHalfOpen: true });
    for (const [one, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      one.setNoDelay();
      one.pipe(other);
      // Whoever is on the other side is told by the end of the connection.
      one.on('error', () => one.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.listen(handle);
}
