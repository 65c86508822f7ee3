import type { ServerResponse } from 'node:http';
import { type RunningHttpServer, serve } from './serve.ts';

export interface HttpOptions {
  host: string;
  port: number;
  metrics: { contentType: string; metrics(): Promise<string> };
  /** Why this edge can't take participants now, or undefined when it can. */
  unready: () => string | undefined;
}

/** Serves /metrics (Prometheus), /healthz (the process runs) and /readyz (it takes participants). */
export function startHttpServer(options: HttpOptions): Promise<RunningHttpServer> {
  return serve(options, (request, response) => {
    answer(request.url ?? '/', response, options).catch(() => respond(response, 500, 'error\n'));
  });
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
