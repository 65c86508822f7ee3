import { CanopyError } from '@canopy/runtime/errors';
import type { FastifyInstance } from 'fastify';
import type { HttpDeps } from './http-deps.ts';

/** What an orchestrator and a scraper ask every few seconds, and must not be refused. */
const unlimited: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/** Whatever is asked counts for the address it comes from, before anything else is done: the API strictly, pages and files generously. */
export function limitRequests(
  app: FastifyInstance,
  { admit, admitReader }: Pick<HttpDeps, 'admit' | 'admitReader'>,
): void {
  app.addHook('onRequest', async (request) => {
    // A path can be spelt in many ways; what it leads to is one.
    const asked = request.routeOptions.url ?? request.url;
    const isPrivate = unlimited.has(asked);
    if (isPrivate && request.url.split('?')[0] === asked) return;
    await (asked.startsWith('/v1/') ? admit(request.ip) : admitReader(request.ip));
    // The balancer that keeps strangers from these knows them as they are.
    if (isPrivate) throw new CanopyError('NOT_FOUND');
  });
}
