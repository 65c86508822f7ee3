import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses } from '../schemas.ts';

const response = z
  .array(z.object({ targets: z.array(z.string()), labels: z.record(z.string(), z.string()) }))
  .describe('As `http_sd_configs` of Prometheus wants it');

/** `GET /v1/prometheus/targets`: every edge that is not known to be gone, and every replica, those that went without a word included. */
export const prometheusTargets: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/prometheus/targets',
    {
      schema: {
        summary: 'What Prometheus scrapes',
        tags: ['mesh'],
        security: bearer,
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      deps.access.require(await principalOf(deps, request), { action: 'mesh.read' });
      const replicas = await deps.replicas.expected();
      const edges = deps.edges
        .list()
        .filter(({ status, heartbeat }) => status !== 'dead' && heartbeat.httpAddress !== '');
      return [
        ...replicas.map(({ id, metricsAddress }) => ({
          targets: [metricsAddress],
          labels: { job: 'canopy-control-plane', replica: id },
        })),
        ...edges.map(({ heartbeat: { edgeId, region, httpAddress } }) => ({
          targets: [httpAddress],
          labels: { job: 'canopy-edge', edge: edgeId, region },
        })),
      ];
    },
  );
  done();
};
