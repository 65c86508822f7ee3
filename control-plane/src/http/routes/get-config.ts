import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { HttpDeps } from '../http-deps.ts';
import { errorResponses } from '../schemas.ts';

const response = z.object({
  openAccess: z.boolean().describe('Callers need no API key'),
  signUp: z.boolean().describe('Strangers may make accounts'),
  signInWith: z.string().nullable().describe('The name of a provider at which people sign in besides'),
  clientLocation: z.boolean().describe('Clients may say where they are'),
  regions: z
    .array(z.object({ id: z.string(), name: z.string(), latitude: z.number(), longitude: z.number() }))
    .describe('Regions that have edges'),
});

export const getConfig: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/config',
    {
      schema: {
        summary: 'What a client must know of this installation',
        tags: ['mesh'],
        response: { 200: response, ...errorResponses },
      },
    },
    async () => {
      const regions = [...new Set(deps.edges.list().map(({ heartbeat }) => heartbeat.region))];
      return {
        openAccess: deps.openAccess,
        signUp: deps.signUp,
        signInWith: deps.oidc?.name ?? null,
        clientLocation: deps.clientsBelieved,
        regions: regions.flatMap((id) => {
          const location = deps.edges.location(id);
          return location === undefined ? [] : [{ id, name: deps.regionName(id), ...location }];
        }),
      };
    },
  );
  done();
};
