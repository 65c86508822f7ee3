import { resolve } from 'node:path';
import { CanopyError } from '@canopy/runtime/errors';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { composedFile } from '../../core/recording/composition.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses } from '../schemas.ts';
import { recordingParams, recordingsPath } from './recordings.ts';

const tags = ['recordings'];
const params = recordingParams;

/** The composed file: a link to it for who may have it, and the file, whole or in ranges, for who has the link. */
export const recordingFile: FastifyPluginAsyncZod<HttpDeps> = async (app, deps) => {
  const { recordings, recordingDir } = deps;
  const root = recordingDir === undefined ? undefined : resolve(recordingDir);
  if (root !== undefined) await app.register(fastifyStatic, { root, serve: false });

  const linkBody = z.object({ url: z.string().describe('From the root of this server'), expiresAt: z.iso.datetime() });
  const link = {
    tags,
    security: bearer,
    summary: 'A link to the composed file, for whoever has it until it expires',
    params,
    response: { 200: linkBody, ...errorResponses },
  };
  app.post(`${recordingsPath}/:rid/link`, { schema: link }, async (request) => {
    const { id, rid } = request.params;
    const { token, expiresAt } = await recordings.link(await principalOf(deps, request), id, rid);
    return {
      url: `/v1/meetings/${id}/recordings/${rid}/file?token=${token}`,
      expiresAt: new Date(expiresAt).toISOString(),
    };
  });

  const querystring = z.object({ token: z.string().max(1_024) });
  const file = { tags, summary: 'The composed file, as WebM', params, querystring };
  app.get(`${recordingsPath}/:rid/file`, { schema: file }, async (request, reply) => {
    const { id, rid } = request.params;
    await recordings.requireLink(id, rid, request.query.token);
    if (root === undefined) throw new CanopyError('RECORDING_UNAVAILABLE');
    reply.header('cache-control', 'private, no-store');
    reply.header('content-disposition', `inline; filename="recording-${rid}.webm"`);
    return await reply.sendFile(composedFile(rid), { cacheControl: false });
  });
};
