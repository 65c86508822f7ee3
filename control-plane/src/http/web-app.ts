import { resolve } from 'node:path';
import { CanopyError } from '@canopy/runtime/errors';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { send } from './errors.ts';

const aYear = 'public, max-age=31536000, immutable';

/** Serves the built web app; any path that isn't a file or of the API is one of its pages. */
export async function serveWebApp(app: FastifyInstance, webRoot: string | undefined): Promise<void> {
  if (webRoot !== undefined) {
    await app.register(fastifyStatic, {
      root: resolve(webRoot),
      schemaHide: true,
      // A hash of the content is in these names, or the version of the package that they come from.
      setHeaders: (reply, path) => {
        reply.header('cache-control', path.includes('/assets/') ? aYear : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const { pathname } = new URL(request.url, 'http://server');
    const page = (request.method === 'GET' || request.method === 'HEAD') && !/^\/v1(\/|$)/.test(pathname);
    const asset = /\.\w+$/.test(pathname);
    if (webRoot !== undefined && page && !asset) return reply.sendFile('index.html');
    return send(reply, new CanopyError('NOT_FOUND'));
  });
}
