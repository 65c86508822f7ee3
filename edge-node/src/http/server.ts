import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

export interface HttpOptions {
  host: string;
  port: number;
  metrics: { contentType: string; metrics(): Promise<string> };
  /** Why this edge can't take participants now, or undefined when it can. */
  unready: () => string | undefined;
}

export interface RunningHttpServer {
  port: number;
  close(): Promise<void>;
}

/** Serves /metrics (Prometheus), /healthz (the process runs) and /readyz (it takes participants). */
export async function startHttpServer(options: HttpOptions): Promise<RunningHttpServer> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/', response, options).catch(() => respond(response, 500, 'error\n'));
  });
  server.requestTimeout = 5_000;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(url: string, response: ServerResponse, { metrics, unready }: HttpOptions): Promise<void> {
  switch (url.split('?')[0] ?? '') {
    case '/metrics':
      response.setHeader('content-type', metrics.contentType);
      return respond(response, 200, await metrics.metrics());
    case '/healthz':
      return respond(response, 200, 'ok\n');
    case '/readyz': {
      const reason = unready();
      return respond(response, reason === undefined ? 200 : 503, `${reason ?? 'ready'}\n`);
    }
    default:
      return respond(response, 404, 'not found\n');
  }
}

function respond(response: ServerResponse, status: number, body: string): void {
  response.statusCode = status;
  response.end(body);
}
