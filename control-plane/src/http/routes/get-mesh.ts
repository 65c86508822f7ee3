import { EdgeLifecycle } from '@canopy/proto/bus';
import { TrackKind } from '@canopy/proto/media';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Mesh } from '../../app/edges/mesh.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses } from '../schemas.ts';

const response = z.object({
  edges: z.array(
    z.object({
      id: z.string(),
      region: z.string(),
      location: z
        .object({ latitude: z.number(), longitude: z.number() })
        .optional()
        .describe('Absent where the region is not in the catalogue'),
      state: z.enum(['ready', 'draining', 'dead']),
      load: z.number().describe('Of the hottest worker, 0 to 1'),
      sessions: z.number().int(),
      egressBps: z.number(),
      workers: z.array(z.object({ index: z.number(), cpu: z.number(), consumers: z.number(), transports: z.number() })),
      highestEpoch: z.number(),
    }),
  ),
  links: z
    .array(
      z.object({
        meetingId: z.string(),
        parent: z.string(),
        child: z.string(),
        epoch: z.number(),
        tracks: z.array(
          z.object({
            id: z.string(),
            originEdgeId: z.string(),
            kind: z.enum(['audio', 'video']),
            bitrateBps: z.number(),
            layers: z.number().int().describe('Simulcast layers it carries; 0: the track is held back'),
            layersTotal: z.number().int(),
          }),
        ),
      }),
    )
    .describe('Pipes between edges, as the children see them'),
});

export const getMesh: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/mesh',
    {
      schema: {
        summary: 'Edges, links and loads',
        tags: ['mesh'],
        security: bearer,
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      deps.access.require(await principalOf(deps, request), { action: 'mesh.read' });
      return toBody(await deps.mesh.look());
    },
  );
  done();
};

function toBody({ edges, links }: Mesh): z.output<typeof response> {
  return {
    edges: edges.map(({ record: { heartbeat, status }, location }) => ({
      id: heartbeat.edgeId,
      region: heartbeat.region,
      ...(location && { location: { latitude: location.latitude, longitude: location.longitude } }),
      state: status !== 'alive' ? 'dead' : heartbeat.state === EdgeLifecycle.DRAINING ? 'draining' : 'ready',
      load: heartbeat.load,
      sessions: heartbeat.sessions,
      egressBps: heartbeat.egressBps,
      workers: heartbeat.workers,
      highestEpoch: heartbeat.highestEpoch,
    })),
    links: links.map(({ meetingId, parentEdgeId, childEdgeId, epoch, tracks }) => ({
      meetingId,
      parent: parentEdgeId,
      child: childEdgeId,
      epoch,
      tracks: tracks.map(({ trackId, originEdgeId, kind, bitrateBps, layers, layersTotal }) => ({
        id: trackId,
        originEdgeId,
        kind: kind === TrackKind.AUDIO ? 'audio' : 'video',
        bitrateBps,
        layers,
        layersTotal,
      })),
    })),
  };
}
