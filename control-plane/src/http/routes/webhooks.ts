import { webhookEventTypes } from '@canopy/proto/webhook-event-types';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Webhook } from '../../app/webhooks/ports.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses } from '../schemas.ts';

const common = { tags: ['webhooks'], security: bearer };
const done204 = { 204: z.null().describe('Done'), ...errorResponses };
const params = z.object({ id: z.uuid() });
const webhook = z.object({ id: z.uuid(), url: z.url(), events: z.array(z.enum(webhookEventTypes)) });
const withSecret = webhook.extend({ secret: z.string().describe('Shown this once: messages are signed with it') });
const body = z
  .object({
    url: z.url({ protocol: /^https?$/ }).max(2_000),
    events: z.array(z.enum(webhookEventTypes)).max(64).default([]).describe('None: all of them'),
  })
  .meta({
    examples: [{ url: 'https://example.org/canopy', events: ['meeting.ended', 'recording.ready'] }],
  });
const delivery = z.object({
  id: z.uuid(),
  type: z.string(),
  payload: z.string(),
  status: z.enum(['pending', 'delivered', 'failed']),
  createdAt: z.iso.datetime(),
  nextAttemptAt: z.iso.datetime().nullable(),
  attempts: z.array(
    z.object({
      at: z.iso.datetime(),
      httpStatus: z.number().nullable(),
      error: z.string().nullable(),
      durationMs: z.number(),
    }),
  ),
});
const iso = (ms: number) => new Date(ms).toISOString();
const shown = ({ id, url, events }: Webhook) => ({ id, url, events: [...events] });

/** Addresses that are told what happens, and what they were told. */
export const webhooks: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.post(
    '/v1/webhooks',
    {
      schema: {
        ...common,
        summary: 'Has an address told what happens',
        description:
          'By POST, signed as Standard Webhooks (https://www.standardwebhooks.com). Whoever does not answer with 2xx within 15 seconds is told again, for a day.',
        body,
        response: { 201: withSecret, ...errorResponses },
      },
    },
    async (request, reply) => {
      const { url, events } = request.body;
      const made = await deps.webhooks.create(await principalOf(deps, request), url, events);
      return await reply.code(201).send({ ...shown(made), secret: made.secret });
    },
  );
  const list = z.object({ webhooks: z.array(webhook) });
  app.get(
    '/v1/webhooks',
    { schema: { ...common, summary: 'One’s webhooks', response: { 200: list, ...errorResponses } } },
    async (request) => ({ webhooks: (await deps.webhooks.list(await principalOf(deps, request))).map(shown) }),
  );
  app.delete(
    '/v1/webhooks/:id',
    { schema: { ...common, summary: 'Tells an address no more', params, response: done204 } },
    async (request, reply) => {
      await deps.webhooks.remove(await principalOf(deps, request), request.params.id);
      return await reply.code(204).send(null);
    },
  );
  const deliveries = z.object({ deliveries: z.array(delivery) });
  app.get(
    '/v1/webhooks/:id/deliveries',
    {
      schema: {
        ...common,
        summary: 'The latest messages with what was tried',
        params,
        response: { 200: deliveries, ...errorResponses },
      },
    },
    async (request) => {
      const found = await deps.webhooks.deliveries(await principalOf(deps, request), request.params.id);
      return {
        deliveries: found.map(({ createdAt, nextAttemptAt, attempts, ...rest }) => ({
          ...rest,
          createdAt: iso(createdAt),
          nextAttemptAt: nextAttemptAt === undefined ? null : iso(nextAttemptAt),
          attempts: attempts.map(({ at, httpStatus, error, durationMs }) => ({
            at: iso(at),
            httpStatus: httpStatus ?? null,
            error: error ?? null,
            durationMs,
          })),
        })),
      };
    },
  );
  app.post(
    '/v1/webhooks/:id/deliveries/:deliveryId/replay',
    {
      schema: {
        ...common,
        summary: 'Tells it again',
        params: params.extend({ deliveryId: z.uuid() }),
        response: done204,
      },
    },
    async (request, reply) => {
      const { id, deliveryId } = request.params;
      await deps.webhooks.replay(await principalOf(deps, request), id, deliveryId);
      return await reply.code(204).send(null);
    },
  );
  done();
};
