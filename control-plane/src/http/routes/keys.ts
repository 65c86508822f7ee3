import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { KeyEntry } from '../../app/keys/ports.ts';
import { keyScopes } from '../../core/access/scopes.ts';
import { actorOf, type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, isoOrNull } from '../schemas.ts';

const common = { tags: ['operators'], security: bearer };
const params = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) });
const scopes = z
  .array(z.enum(keyScopes))
  .min(1)
  .max(keyScopes.length)
  .describe(
    'meetings: everything with what belongs to the key; tokens: only letting people into its meetings; mesh.read: looking at edges; mesh.operate: also draining them, looking into any meeting, preparing and ending it; keys: other keys that may no more than this one; audit: what operators did; accounts: links to set a new password for anybody',
  );

const key = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(keyScopes)),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  rotatedAt: z.iso.datetime().nullable(),
  previousUntil: z.iso.datetime().nullable().describe('Until then the secret before the last rotation is good, too'),
});
const withSecret = key.extend({
  secret: z.string().describe('Shown this once. It goes into Authorization: Bearer id.secret'),
});

function toBody(entry: KeyEntry): z.output<typeof key> {
  return {
    id: entry.id,
    name: entry.name,
    scopes: [...entry.scopes],
    createdAt: new Date(entry.createdAt).toISOString(),
    expiresAt: isoOrNull(entry.expiresAt),
    revokedAt: isoOrNull(entry.revokedAt),
    rotatedAt: isoOrNull(entry.rotatedAt),
    previousUntil: isoOrNull(entry.previousUntil),
  };
}

/** API keys that operators make, exchange and take back. */
export const keys: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const list = z.object({ keys: z.array(key) });
  app.get(
    '/v1/keys',
    {
      schema: {
        ...common,
        summary: 'API keys made by operators',
        description: 'Those of the installation’s settings are not among them.',
        response: { 200: list, ...errorResponses },
      },
    },
    async (request) => ({ keys: (await deps.keys.list(await principalOf(deps, request))).map(toBody) }),
  );
  const body = z.object({
    name: z.string().trim().min(1).max(200),
    scopes,
    expiresAt: z.iso.datetime({ offset: true }).optional(),
  });
  app.post(
    '/v1/keys',
    { schema: { ...common, summary: 'Makes an API key', body, response: { 201: withSecret, ...errorResponses } } },
    async (request, reply) => {
      const actor = await actorOf(deps, request);
      const { name, scopes: wanted, expiresAt } = request.body;
      const details = { scopes: wanted, expiresAt: expiresAt ?? null };
      deps.access.require(actor.principal, { action: 'keys.manage', scopes: wanted });
      const made = await deps.audit.during(actor, { action: 'key.create', target: name, details }, () =>
        deps.keys.create(actor.principal, {
          name,
          scopes: [...new Set(wanted)],
          expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
        }),
      );
      return await reply.code(201).send({ ...toBody(made.key), secret: made.secret });
    },
  );
  const grace = z.object({
    graceSeconds: z
      .number()
      .int()
      .min(0)
      .max(604_800)
      .default(86_400)
      .describe('How long the secret before stays good'),
  });
  app.post(
    '/v1/keys/:id/rotate',
    {
      schema: {
        ...common,
        summary: 'Gives a key another secret',
        params,
        body: grace,
        response: { 200: withSecret, ...errorResponses },
      },
    },
    async (request) => {
      const actor = await actorOf(deps, request);
      const { graceSeconds } = request.body;
      const { id } = request.params;
      await deps.keys.requireManageable(actor.principal, id);
      const entry = { action: 'key.rotate', target: id, details: { graceSeconds } } as const;
      const made = await deps.audit.during(actor, entry, () =>
        deps.keys.rotate(actor.principal, id, graceSeconds * 1_000),
      );
      return { ...toBody(made.key), secret: made.secret };
    },
  );
  app.delete(
    '/v1/keys/:id',
    {
      schema: {
        ...common,
        summary: 'Takes a key back for good',
        description: 'It opens nothing more, and neither do tokens it signed, within ten seconds on every replica.',
        params,
        response: { 204: z.null().describe('Done'), ...errorResponses },
      },
    },
    async (request, reply) => {
      const actor = await actorOf(deps, request);
      const { id } = request.params;
      await deps.keys.requireManageable(actor.principal, id);
      const entry = { action: 'key.revoke', target: id, details: {} } as const;
      await deps.audit.during(actor, entry, () => deps.keys.revoke(actor.principal, id));
      return await reply.code(204).send(null);
    },
  );
  done();
};
