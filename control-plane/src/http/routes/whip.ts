import { CanopyError } from '@canopy/runtime/errors';
import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

const sdpType = 'application/sdp';
const fragmentType = 'application/trickle-ice-sdpfrag';

const description = `WHIP (RFC 9725), for OBS and any other WebRTC client: the body is an SDP offer with at most one audio
and one video, the answer an SDP answer. The bearer token is a join token, whose participant then publishes. Without a meeting
in the path the token names it. Doing it again takes the place of what the participant had before.`;

const sdpBody = z.string().describe('The SDP answer');
const fragmentBody = z.string().describe('The new ICE credentials');
const resourceParams = meetingParams.extend({ resource: z.uuid() });

/** Standard publishers: POST an offer, PATCH for ICE, DELETE to end; from pages of any origin, for the token is what counts. */
export const whip: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([sdpType, fragmentType], { parseAs: 'string' }, (_request, body, parsed) =>
    parsed(null, body),
  );
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'ETag, Link, Location, Retry-After',
    });
  });
  app.register(otherMethods);

  const start = async (request: FastifyRequest, meetingId: string | undefined) => {
    const token = tokenOf(request);
    await principalOf(deps, request);
    const offer = bodyOf(request, sdpType);
    if (!accepts(request, sdpType)) throw new CanopyError('SDP_NOT_ACCEPTABLE', 'The answer is application/sdp.');
    return await deps.ingest.start(token, meetingId, offer, { address: request.ip, location: undefined });
  };
  const startSchema = { tags: ['whip'], security: bearer, description, response: { 201: sdpBody, ...errorResponses } };
  app.post('/v1/whip', { schema: { summary: 'Publishes by WHIP', ...startSchema } }, async (request, reply) => {
    const { id, meetingId, etag, answer } = await start(request, undefined);
    return await reply
      .code(201)
      .headers(created(meetingId, id, etag))
      .send(answer);
  });
  app.post(
    '/v1/whip/:id',
    { schema: { summary: 'Publishes to this meeting by WHIP', ...startSchema, params: meetingParams } },
    async (request, reply) => {
      const { id, meetingId, etag, answer } = await start(request, request.params.id);
      return await reply
        .code(201)
        .headers(created(meetingId, id, etag))
        .send(answer);
    },
  );
  app.patch(
    '/v1/whip/:id/:resource',
    {
      schema: {
        summary: 'Trickles ICE, or restarts it',
        description: 'Credentials other than before ask for a restart, which the answer carries the new ones for.',
        tags: ['whip'],
        security: bearer,
        params: resourceParams,
        response: { 200: fragmentBody, 204: z.null(), ...errorResponses },
      },
    },
    async (request, reply) => {
      const ifMatch = request.headers['if-match'];
      const token = tokenOf(request);
      const fragment = bodyOf(request, fragmentType);
      if (ifMatch === undefined) throw new CanopyError('PRECONDITION_REQUIRED');
      const { id: meetingId, resource: id } = request.params;
      const patched = await deps.ingest.patch({ token, meetingId, id }, ifMatch, fragment);
      if (patched === undefined) return await reply.code(204).send(null);
      return await reply.headers({ etag: patched.etag, 'content-type': fragmentType }).send(patched.fragment);
    },
  );
  app.delete(
    '/v1/whip/:id/:resource',
    {
      schema: {
        summary: 'Ends what was published by WHIP',
        tags: ['whip'],
        security: bearer,
        params: resourceParams,
        response: { 200: z.null(), ...errorResponses },
      },
    },
    async (request, reply) => {
      const { id: meetingId, resource: id } = request.params;
      await deps.ingest.end({ token: tokenOf(request), meetingId, id });
      return await reply.send(null);
    },
  );
  done();
};

/** What a browser asks before it sends, and what is not meant to be. */
const otherMethods: FastifyPluginCallback = (app, _options, done) => {
  const schema = { hide: true };
  const offerMethods = 'OPTIONS, POST';
  const resourceMethods = 'DELETE, OPTIONS, PATCH';
  for (const [url, allowed] of [
    ['/v1/whip', offerMethods],
    ['/v1/whip/:id', offerMethods],
    ['/v1/whip/:id/:resource', resourceMethods],
  ] as const) {
    app.options(url, { schema }, async (_request, reply) =>
      reply
        .code(204)
        .headers({
          'access-control-allow-methods': allowed,
          'access-control-allow-headers': 'Authorization, Content-Type, If-Match',
          'access-control-max-age': '86400',
          ...(allowed === offerMethods && { 'accept-post': sdpType }),
        })
        .send(),
    );
    const method = allowed === offerMethods ? ['GET', 'PUT', 'PATCH', 'DELETE'] : ['GET', 'PUT', 'POST'];
    app.route({
      method,
      url,
      schema,
      handler: async (_request, reply) => {
        reply.header('allow', allowed);
        throw new CanopyError('METHOD_NOT_ALLOWED');
      },
    });
  }
  done();
};

function created(meetingId: string, id: string, etag: string) {
  return { location: `/v1/whip/${meetingId}/${id}`, etag, 'content-type': sdpType };
}

function tokenOf({ headers }: FastifyRequest): string {
  const token = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw new CanopyError('TOKEN_INVALID');
  return token;
}

/** Errors: UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST (nothing in it). */
function bodyOf({ headers, body }: FastifyRequest, type: string): string {
  if (headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== type) {
    throw new CanopyError('UNSUPPORTED_MEDIA_TYPE', `The body must be ${type}.`);
  }
  if (typeof body !== 'string' || body === '') throw new CanopyError('BAD_REQUEST');
  return body;
}

function accepts({ headers }: FastifyRequest, type: string): boolean {
  const ranges = (headers.accept ?? '*/*').split(',').map((range) => range.split(';')[0]?.trim().toLowerCase());
  return ['*/*', 'application/*', type].some((range) => ranges.includes(range));
}
