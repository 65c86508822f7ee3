import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Health, SeenEdge, ServiceAnswer } from '../../app/health/health.ts';
import { measuringUrl, mediaDoors } from '../../core/edges/edge-record.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, isoOrNull } from '../schemas.ts';

const service = z
  .object({ version: z.string(), roundTripMs: z.number() })
  .nullable()
  .describe('null: it does not answer this replica');

const edge = z.object({
  id: z.string(),
  region: z.string(),
  protocol: z.number().int().describe('The version of the protocol it speaks'),
  heardAgoMs: z.number().describe('Since its last heartbeat; there is one each second'),
  clockOffsetMs: z
    .number()
    .describe(
      'How far its clock is ahead of that of this replica, less the time that its last heartbeat was under way',
    ),
  measuringUrl: z.string().nullable().describe('Where browsers measure their round trip to it'),
  media: z
    .object({ address: z.string(), ports: z.array(z.number().int()).describe('One of each worker') })
    .nullable()
    .describe('Where clients reach it over UDP and TCP; null: it does not tell'),
});

const response = z.object({
  replica: z.string().describe('The id of the one that answers'),
  now: z.iso.datetime().describe('By its clock'),
  services: z.object({ postgresql: service, redis: service, nats: service }),
  migrations: z
    .object({
      newest: z.string().nullable().describe('That was done'),
      pending: z.array(z.string()).describe('Those that this version knows and that were not done'),
    })
    .nullable()
    .describe('Of the tables; null: the database does not answer'),
  secrets: z
    .object({
      sealing: z.boolean().describe('New ones are sealed'),
      kept: z.number().int(),
      behind: z.number().int().describe('Those not kept as new ones are: in clear, or sealed with another key'),
      missingKeys: z.array(z.string()).describe('Keys that some are sealed with and that this replica does not have'),
    })
    .nullable()
    .describe('In the database, of API keys and webhooks; null: it does not answer'),
  geoBuiltAt: z.iso
    .datetime()
    .nullable()
    .describe('When the data of the oldest GeoIP database was put together; null: there is none'),
  protocol: z.number().int().describe('The version of the protocol that all replicas and edges speak'),
  replicas: z
    .array(z.object({ id: z.string(), protocol: z.number().int() }))
    .nullable()
    .describe('All there are, and the version of the protocol each speaks; null: Redis does not answer'),
  edges: z.array(edge),
});

/** What the replica that answers sees of all that it needs. */
export const getHealth: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/health',
    {
      schema: {
        summary: 'Services, tables, clocks and versions, as one replica sees them',
        tags: ['operators'],
        security: bearer,
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      deps.access.require(await principalOf(deps, request), { action: 'mesh.read' });
      return toBody(await deps.health.look());
    },
  );
  done();
};

function toBody(health: Health): z.output<typeof response> {
  const { replicaId, now, services, migrations, secrets, geoBuiltAt, protocol, replicas, edges } = health;
  return {
    replica: replicaId,
    now: new Date(now).toISOString(),
    services: {
      postgresql: toService(services.postgresql),
      redis: toService(services.redis),
      nats: toService(services.nats),
    },
    migrations:
      migrations === undefined ? null : { newest: migrations.newest ?? null, pending: [...migrations.pending] },
    secrets: secrets === undefined ? null : { ...secrets, missingKeys: [...secrets.missingKeys] },
    geoBuiltAt: isoOrNull(geoBuiltAt),
    protocol,
    replicas: replicas?.map(({ id, protocol: spoken }) => ({ id, protocol: spoken })) ?? null,
    edges: edges.map(toEdge),
  };
}

function toService(answer: ServiceAnswer | undefined): z.output<typeof service> {
  return answer === undefined ? null : { version: answer.version, roundTripMs: round(answer.roundTripMs) };
}

function toEdge({ record, protocol, heardAgoMs, clockOffsetMs }: SeenEdge): z.output<typeof edge> {
  const { edgeId, region } = record.heartbeat;
  return {
    id: edgeId,
    region,
    protocol,
    heardAgoMs,
    clockOffsetMs,
    measuringUrl: measuringUrl(record.heartbeat) ?? null,
    media: mediaDoors(record.heartbeat) ?? null,
  };
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
