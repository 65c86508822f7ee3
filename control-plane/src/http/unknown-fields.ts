import { CanopyError } from '@canopy/runtime/errors';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

/**
 * A field of a body or a query that its route does not know is refused, not left out: whoever misspelt it would believe that
 * it was heeded. What may hold more, such as the address of a page, is a `z.looseObject`; what lies deeper in a body is closed
 * where it is described. A route that takes no body knows no field.
 */
export function refuseUnknownFields(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    for (const part of ['body', 'querystring'] as const) {
      const fields = route.schema?.[part];
      if (!(fields instanceof z.ZodObject) || fields.def.catchall !== undefined) continue;
      route.schema = { ...route.schema, [part]: fields.strict().meta(fields.meta() ?? {}) };
    }
  });
  app.addHook('preHandler', async ({ body, routeOptions, is404 }) => {
    if (is404 || routeOptions.schema?.body !== undefined || typeof body !== 'object' || body === null) return;
    const [field] = Object.keys(body);
    if (field !== undefined) throw new CanopyError('BAD_REQUEST', `body: Unrecognized key: "${field.slice(0, 100)}"`);
  });
}
