import { EdgeLifecycle } from '@canopy/proto/bus';
import { TrackKind } from '@canopy/proto/media';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Mesh } from '../../app/edges/mesh.ts';
import { edgeLoad, networkBound } from '../../core/edges/edge-load.ts';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import { versionOfEdge } from '../../core/edges/versions.ts';
import type { GeoPoint } from '../../core/placement/types.ts';
import { measurements } from '../../core/routing/explain-plan.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, networkBoundBody } from '../schemas.ts';

const response = z.object({
  edges: z.array(
    z.object({
      id: z.string(),
      region: z.string(),
      location: z
        .object({ latitude: z.number(), longitude: z.number() })
        .optional()
        .describe('Absent where the region is not in the catalogue'),
      state: z
        .enum(['ready', 'draining', 'quarantined', 'foreign', 'dead'])
        .describe(
          'quarantined: its heartbeats are well, but media does not get through to it; foreign: its version of the protocol does not go with the others here',
        ),
      protocol: z.number().int().describe('The version of the protocol it speaks'),
      quarantine: z
        .object({
          onTrial: z.boolean().describe('A few participants are placed on it again, to see'),
          since: z.iso.datetime(),
          rule: z.enum(['clients', 'neighbours', 'clients-and-neighbours', 'trial-failed']),
          participants: z.number().int().describe('Got through to another edge only'),
          networks: z.number().int(),
          failedShare: z.number(),
          deafNeighbours: z.number().int(),
          neighbours: z.number().int(),
        })
        .optional()
        .describe('Why, when it began'),
      load: z
        .number()
        .describe('Of its hottest worker or of its network, whichever is fuller, 0 to 1; a network may pass 1'),
      networkBound: networkBoundBody,
      sessions: z.number().int(),
      egressBps: z.number(),
      workers: z.array(z.object({ index: z.number(), cpu: z.number(), consumers: z.number(), transports: z.number() })),
      highestEpoch: z.number(),
    }),
  ),
  protocol: z.number().int().describe('The version of the protocol that all replicas and edges speak'),
  links: z
    .array(
      z.object({
        meetingId: z
          .string()
          .describe('Empty for who may not operate the mesh: the id is what the link of a meeting says'),
        parent: z.string(),
        child: z.string(),
        epoch: z.number(),
        rttMs: z.number().nullable().describe('Measured by the edges; null where it was not'),
        loss: z.number().nullable().describe('0 to 1'),
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
      const principal = await principalOf(deps, request);
      deps.access.require(principal, { action: 'mesh.read' });
      const mayLookIntoMeetings = deps.access.may(principal, { action: 'mesh.operate' });
      return toBody(await deps.mesh.look(), mayLookIntoMeetings);
    },
  );
  done();
};

function toBody({ edges, links, protocol }: Mesh, withMeetings: boolean): z.output<typeof response> {
  const measured = measurements(edges.map(({ record }) => record));
  return {
    edges: edges.map(({ record, location }) => toEdge(record, location)),
    protocol,
    links: links.map(({ meetingId, parentEdgeId, childEdgeId, epoch, tracks }) => ({
      meetingId: withMeetings ? meetingId : '',
      parent: parentEdgeId,
      child: childEdgeId,
      epoch,
      rttMs: measured(childEdgeId, parentEdgeId)?.rttMs ?? null,
      loss: measured(childEdgeId, parentEdgeId)?.loss ?? null,
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

function toEdge(record: EdgeRecord, location: GeoPoint | undefined): z.output<typeof response>['edges'][number] {
  const { heartbeat } = record;
  return {
    id: heartbeat.edgeId,
    region: heartbeat.region,
    ...(location && { location: { latitude: location.latitude, longitude: location.longitude } }),
    state: stateOf(record),
    protocol: versionOfEdge(record),
    ...toQuarantine(record),
    load: edgeLoad(heartbeat),
    ...(networkBound(heartbeat) && { networkBound: true }),
    sessions: heartbeat.sessions,
    egressBps: heartbeat.egressBps,
    workers: heartbeat.workers,
    highestEpoch: heartbeat.highestEpoch,
  };
}

function stateOf({
  heartbeat,
  status,
  quarantine,
  understood,
}: EdgeRecord): z.output<typeof response>['edges'][number]['state'] {
  if (status !== 'alive') return 'dead';
  if (!understood) return 'foreign';
  if (heartbeat.state === EdgeLifecycle.DRAINING) return 'draining';
  return quarantine.state === 'quarantined' ? 'quarantined' : 'ready';
}

function toQuarantine({ quarantine }: EdgeRecord) {
  if (quarantine.state === 'clear') return {};
  const { state, since, reason } = quarantine;
  return { quarantine: { ...reason, onTrial: state === 'trial', since: new Date(since).toISOString() } };
}
