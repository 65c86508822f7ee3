import type { FastifyInstance } from 'fastify';

const preflight = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'Authorization, Content-Type',
  'access-control-max-age': '86400',
};

/** Lets pages of these origins use the API as well (Fetch Standard §3.3): with a token of theirs, never with a visitor's cookie. */
export function allowOrigins(app: FastifyInstance, allowed: readonly string[]): void {
  const origins = new Set(allowed.map((url) => new URL(url).origin));
  if (origins.size === 0) return;
  app.addHook('onRequest', async ({ headers: { origin } }, reply) => {
    reply.header('vary', 'Origin');
    if (origin === undefined || !origins.has(origin)) return;
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': 'Retry-After' });
  });
  app.options('/v1/*', { schema: { hide: true } }, async (_request, reply) =>
    reply.code(204).headers(preflight).send(),
  );
}
