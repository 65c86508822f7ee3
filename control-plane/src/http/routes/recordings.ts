import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { compositionStatuses } from '../../core/recording/composition.ts';
import { gapsOf, type Recording, recordingStatuses } from '../../core/recording/recording.ts';
import { actorOf, type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

export const recordingParams = z.object({ ...meetingParams.shape, rid: z.uuid() });
const time = z.iso.datetime();

const recordingBody = z
  .object({
    id: z.uuid(),
    meetingId: z.uuid(),
    status: z.enum(recordingStatuses),
    edgeId: z.string().nullable().describe('Where it is recorded now'),
    startedAt: time,
    endedAt: time.nullable(),
    expiresAt: time
      .nullable()
      .describe(
        'When it is deleted by itself, as old recordings are; null: it goes on, or is kept until somebody deletes it',
      ),
    error: z.string().nullable().describe('Why nothing could be recorded lately: a code of the error registry'),
    parts: z
      .array(
        z.object({
          id: z.string(),
          trackId: z.string(),
          edgeId: z.string(),
          kind: z.enum(['audio', 'video']),
          participantId: z.string().optional().describe('Whose it is'),
          screen: z.boolean().describe('A shared screen, or its sound'),
          startedAt: time,
          writtenUntil: time,
          segments: z.number(),
          bytes: z.number(),
          running: z.boolean(),
          error: z.string().nullable(),
        }),
      )
      .describe('The manifest: each track, piece by piece, as edges recorded it'),
    composition: z
      .object({
        status: z.enum(compositionStatuses),
        progress: z.number().describe('0 to 1'),
        bytes: z.number().nullable(),
        durationMs: z.number().nullable(),
        error: z.string().nullable().describe('Why the last attempt failed'),
      })
      .describe('The one file that is made of it when it has ended'),
    gaps: z.array(z.object({ trackId: z.string(), from: time, to: time })).describe('When a track was not recorded'),
  })
  .meta({ id: 'Recording' });

const iso = (ms: number) => new Date(ms).toISOString();

function toBody({ recordings }: Pick<HttpDeps, 'recordings'>, recording: Recording): z.output<typeof recordingBody> {
  const { id, meetingId, status, edgeId = null, startedAt, endedAt, errorCode = null, parts, composition } = recording;
  const expiresAt = recordings.expiryOf(recording);
  return {
    id,
    meetingId,
    status,
    edgeId,
    startedAt: iso(startedAt),
    error: errorCode,
    endedAt: endedAt === undefined ? null : iso(endedAt),
    expiresAt: expiresAt === undefined ? null : iso(expiresAt),
    parts: parts.map(({ errorCode: error = null, ...part }) => {
      return { ...part, startedAt: iso(part.startedAt), writtenUntil: iso(part.writtenUntil), error };
    }),
    composition: {
      status: composition.status,
      progress: composition.progress,
      bytes: composition.bytes ?? null,
      durationMs: composition.durationMs ?? null,
      error: composition.errorCode ?? null,
    },
    gaps: gapsOf(parts).map(({ trackId, from, to }) => ({ trackId, from: iso(from), to: iso(to) })),
  };
}

const common = { tags: ['recordings'], security: bearer };
export const recordingsPath = '/v1/meetings/:id/recordings';

export const startRecording: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const response = { 201: recordingBody, ...errorResponses };
  const schema = { ...common, summary: 'Begins to record a meeting', params: meetingParams, response };
  app.post(recordingsPath, { schema }, async (request, reply) => {
    const recording = await deps.recordings.start(await principalOf(deps, request), request.params.id);
    return await reply.code(201).send(toBody(deps, recording));
  });
  done();
};

export const listRecordings: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const response = { 200: z.object({ recordings: z.array(recordingBody) }), ...errorResponses };
  const summary = 'The recordings of a meeting, the newest first';
  app.get(recordingsPath, { schema: { ...common, summary, params: meetingParams, response } }, async (request) => {
    const recordings = await deps.recordings.list(await principalOf(deps, request), request.params.id);
    return { recordings: recordings.map((recording) => toBody(deps, recording)) };
  });
  done();
};

export const listOwnRecordings: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const titled = recordingBody.extend({ title: z.string().describe('Of the meeting') });
  const page = z.object({ recordings: z.array(titled), nextCursor: z.uuid().nullable() });
  const querystring = z.object({
    cursor: z.uuid().optional().describe('`nextCursor` of the page before'),
    limit: z.coerce.number().int().min(1).max(100).default(100),
  });
  const summary = 'The recordings of all your meetings, the newest first';
  const schema = { ...common, summary, querystring, response: { 200: page, ...errorResponses } };
  app.get('/v1/recordings', { schema }, async (request) => {
    const { cursor, limit } = request.query;
    const found = await deps.recordings.listOwn(await principalOf(deps, request), limit, cursor);
    return {
      recordings: found.map(({ title, recording }) => ({ ...toBody(deps, recording), title })),
      nextCursor: found.length === limit ? (found.at(-1)?.recording.id ?? null) : null,
    };
  });
  done();
};

export const getRecording: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const response = { 200: recordingBody, ...errorResponses };
  const schema = { ...common, summary: 'A recording with its manifest', params: recordingParams, response };
  app.get(`${recordingsPath}/:rid`, { schema }, async (request) => {
    const { id, rid } = request.params;
    return toBody(deps, await deps.recordings.get(await principalOf(deps, request), id, rid));
  });
  done();
};

export const deleteRecording: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const response = { 204: z.null(), ...errorResponses };
  const summary = 'Deletes a recording with all its files; ends it if it goes on';
  app.delete(
    `${recordingsPath}/:rid`,
    { schema: { ...common, summary, params: recordingParams, response } },
    async (request, reply) => {
      const { id, rid } = request.params;
      const actor = await actorOf(deps, request);
      await deps.recordings.get(actor.principal, id, rid);
      const entry = { action: 'recording.delete', target: rid, details: { meetingId: id } } as const;
      await deps.audit.during(actor, entry, () => deps.recordings.remove(actor.principal, id, rid));
      return await reply.code(204).send(null);
    },
  );
  done();
};

const changes = { pause: 'paused', resume: 'running', stop: 'stopped' } as const;

export const changeRecording: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const response = { 200: recordingBody, ...errorResponses };
  for (const verb of ['pause', 'resume', 'stop'] as const) {
    const schema = { ...common, summary: `Makes a recording ${verb}`, params: recordingParams, response };
    app.post(`${recordingsPath}/:rid/${verb}`, { schema }, async (request) => {
      const { id, rid } = request.params;
      return toBody(deps, await deps.recordings.change(await principalOf(deps, request), id, rid, changes[verb]));
    });
  }
  done();
};
