import { CanopyError } from '@canopy/runtime/errors';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { composedFile } from '../../core/recording/composition.ts';
import { byteRange } from '../byte-range.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses } from '../schemas.ts';
import { recordingParams, recordingsPath } from './recordings.ts';

const tags = ['recordings'];
const params = recordingParams;

/** The composed file: a link to it for who may have it, and the file, whole or in ranges, for who has the link. */
export const recordingFile: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const { recordings, recordingFiles: files } = deps;

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

  const querystring = z.looseObject({ token: z.string().max(1_024) });
  const webm = {
    content: { 'video/webm': { schema: z.unknown().describe('The file, or the range that was asked for') } },
  };
  const response = { 200: webm, 206: webm, ...errorResponses };
  const description = 'Without a bearer: the link is what opens it. Ranges are served.';
  const file = { tags, summary: 'The composed file, as WebM', description, params, querystring, response };
  app.get(`${recordingsPath}/:rid/file`, { schema: file }, async (request, reply) => {
    const { id, rid } = request.params;
    await recordings.requireLink(id, rid, request.query.token);
    if (files === undefined) throw new CanopyError('RECORDING_UNAVAILABLE');
    const key = composedFile(rid);
    const found = await files.stat(key);
    if (found === undefined) throw new CanopyError('RECORDING_NOT_FOUND');
    // Composed anew it would be another file.
    const tag = `"${found.bytes}-${Math.round(found.changedAtMs)}"`;
    reply.headers({
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'content-disposition': `inline; filename="recording-${rid}.webm"`,
      'content-type': 'video/webm',
      // Whoever has the link may show it in a page of theirs.
      'cross-origin-resource-policy': 'cross-origin',
      etag: tag,
    });
    const { range: asked, 'if-range': only = tag } = request.headers;
    const range = only === tag ? byteRange(asked, found.bytes) : undefined;
    if (range === 'unsatisfiable')
      return await reply.code(416).header('content-range', `bytes */${found.bytes}`).send();
    const { from, to } = range ?? { from: 0, to: found.bytes - 1 };
    if (range !== undefined) reply.code(206).header('content-range', `bytes ${from}-${to}/${found.bytes}`);
    reply.header('content-length', to - from + 1);
    if (request.method === 'HEAD') return await reply.send();
    const stream = await files.open(key, range);
    if (stream === undefined) throw new CanopyError('RECORDING_NOT_FOUND');
    return await reply.send(stream);
  });
  done();
};
