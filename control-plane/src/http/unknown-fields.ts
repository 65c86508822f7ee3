import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

/**
 * A field of a body or a query that its route does not know is refused, not left out: whoever misspelt it would believe that
 * it was heeded. What may hold more, such as the address of a page, is a `z.looseObject`; what lies deeper in a body is closed
 * where it is described.
 */
export function refuseUnknownFields(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    for (const part of ['body', 'querystring'] as const) {
      const fields = route.schema?.[part];
      if (!(fields instanceof z.ZodObject) || fields.def.catchall !== undefined) continue;
      route.schema = { ...route.schema, [part]: fields.strict().meta(fields.meta() ?? {}) };
    }
  });
}
