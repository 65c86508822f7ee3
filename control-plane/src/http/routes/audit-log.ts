import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { auditActions } from '../../app/audit/ports.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses } from '../schemas.ts';

const querystring = z.object({
  before: z.coerce.number().int().min(1).optional().describe('`id` of the last entry of the page before'),
  action: z.enum(auditActions).optional(),
  actor: z.string().max(128).optional().describe('`key:` or `user:` and the id'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

const entry = z.object({
  id: z.number().int(),
  at: z.iso.datetime(),
  actor: z.string(),
  address: z.string(),
  action: z.enum(auditActions),
  target: z.string(),
  details: z.record(z.string(), z.unknown()),
  failed: z.string().nullable().describe('The error it ended with; each action is noted before it is done'),
});

/** What operators did, the newest first. */
export const auditLog: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/audit',
    {
      schema: {
        summary: 'What operators did',
        tags: ['operators'],
        security: bearer,
        querystring,
        response: { 200: z.object({ entries: z.array(entry) }), ...errorResponses },
      },
    },
    async (request) => {
      const { before, action, actor, limit } = request.query;
      const page = await deps.audit.page(await principalOf(deps, request), { before, action, actor, limit });
      return {
        entries: page.map(({ at, failed, details, ...rest }) => ({
          ...rest,
          at: new Date(at).toISOString(),
          details: { ...details },
          failed: failed ?? null,
        })),
      };
    },
  );
  done();
};
