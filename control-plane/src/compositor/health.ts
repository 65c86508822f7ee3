import { once } from 'node:events';
import { createServer } from 'node:http';

/** What its health check asks. */
export interface HealthServer extends AsyncDisposable {
  /** host:port. */
  address: string;
}

/**
 * Answers `/readyz` on loopback alone, since nobody else is to reach a compositor: 200 when it gets at its work, 503 if not. Port 0:
 * any that is free.
 */
export async function serveHealth(port: number, ready: () => boolean): Promise<HealthServer> {
  const server = createServer(({ url }, response) => {
    response.statusCode = url === '/readyz' ? (ready() ? 200 : 503) : 404;
    response.end();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  return {
    address: `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
