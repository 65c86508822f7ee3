import type { FastifyPluginCallback } from 'fastify';
import type { HttpDeps } from '../http-deps.ts';

/** What an orchestrator and a scraper ask. Not part of the API's description. */
export const operations: FastifyPluginCallback<HttpDeps> = (app, deps, done) => {
  const schema = { hide: true };
  app.get('/healthz', { schema }, async () => ({ ok: true }));
  app.get('/readyz', { schema }, async (_request, reply) => {
    const readiness = await deps.readiness();
    return await reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  app.get('/metrics', { schema }, async (_request, reply) =>
    reply.type(deps.metrics.contentType).send(await deps.metrics.metrics()),
  );
  done();
};
