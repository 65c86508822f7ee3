import { type ListenOptions, type RunningHttpServer, serve } from './serve.ts';

/** Answers every GET of `/ping` with nothing, for browsers that measure their round trip. It is open to everybody, so it knows nothing else. */
export function startMeasuringServer(options: ListenOptions): Promise<RunningHttpServer> {
  return serve(options, (request, response) => {
    response.statusCode = request.method === 'GET' && request.url?.split('?')[0] === measuringPath ? 204 : 404;
    response.setHeader('cache-control', 'no-store');
    response.end();
  });
}

export const measuringPath = '/ping';
