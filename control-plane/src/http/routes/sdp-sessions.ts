import { CanopyError } from '@canopy/runtime/errors';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ClientOrigin } from '../../app/edges/placing.ts';
import type { Begun } from '../../app/http-sessions/http-sessions.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';
import { iceServerLinks } from './ice-server-links.ts';
import { accepts, bodyOf, fragmentType, sdpType, tokenOf } from './sdp-requests.ts';

/** An offer, with what the address of the request says. */
interface OfferRequest {
  token: string;
  meetingId: string | undefined;
  query: { participant?: string | undefined };
  sdp: string;
  client: ClientOrigin;
}

export interface SdpSessionsOptions {
  /** In the address, and the tag of the reference. */
  name: 'whip' | 'whep';
  summary: string;
  description: string;
  query: z.ZodType<OfferRequest['query']>;
  deps: HttpDeps;
  start(request: OfferRequest): Promise<Begun>;
}

/** What is sent as it is, in the reference. */
const plain = (type: string, what: string) => ({
  description: what,
  content: { [type]: { schema: z.string() } },
});
/** What is not there is answered by the handlers, which look at the token first. */
const sdpOffer = z.string().optional().describe('An SDP offer');
const iceFragment = z.string().optional().describe('Candidates, or other credentials (RFC 8840)');
const resourceParams = meetingParams.extend({ resource: z.uuid() });

/** WHIP and WHEP alike: POST an offer, PATCH for ICE, DELETE to end; from pages of any origin, for the token is what counts. */
export const sdpSessions: FastifyPluginCallbackZod<SdpSessionsOptions> = (app, options, done) => {
  const { name, summary, description, query: querystring, deps } = options;
  const endpoint = `/v1/${name}`;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([sdpType, fragmentType], { parseAs: 'string' }, (_request, body, parsed) =>
    parsed(null, body),
  );
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Accept-Patch, ETag, Link, Location, Retry-After',
    });
  });
  app.register(otherMethods, { endpoint });

  /** Who asks is looked at before what they send. Errors: TOKEN_INVALID, RATE_LIMITED, STATE_UNAVAILABLE. */
  const joinTokenOf = async (request: FastifyRequest): Promise<string> => {
    const token = tokenOf(request);
    const { kind } = await principalOf(deps, request);
    if (kind !== 'participant') throw new CanopyError('TOKEN_INVALID');
    return token;
  };

  const start = async (
    request: FastifyRequest,
    reply: FastifyReply,
    query: OfferRequest['query'],
    meetingId: string | undefined,
  ) => {
    const token = await joinTokenOf(request);
    const sdp = bodyOf(request, sdpType);
    if (!accepts(request, sdpType)) throw new CanopyError('SDP_NOT_ACCEPTABLE', 'The answer is application/sdp.');
    const client = { address: request.ip, location: undefined };
    const begun = await options.start({ token, meetingId, query, sdp, client });
    reply.headers({
      location: `${endpoint}/${begun.meetingId}/${begun.id}`,
      etag: begun.etag,
      'accept-patch': fragmentType,
      'content-type': sdpType,
      ...iceServerLinks(begun.iceServers),
    });
    return begun.answer;
  };
  const startSchema = {
    tags: [name],
    security: bearer,
    description,
    querystring,
    consumes: [sdpType],
    body: sdpOffer,
    response: { 201: plain(sdpType, 'The SDP answer; `Location` names the resource'), ...errorResponses },
  };
  app.post(endpoint, { schema: { summary, ...startSchema } }, async (request, reply) => {
    const answer = await start(request, reply, request.query, undefined);
    return await reply.code(201).send(answer);
  });
  app.post(
    `${endpoint}/:id`,
    { schema: { summary: `${summary}, of this meeting`, ...startSchema, params: meetingParams } },
    async (request, reply) => {
      const answer = await start(request, reply, request.query, request.params.id);
      return await reply.code(201).send(answer);
    },
  );
  app.patch(
    `${endpoint}/:id/:resource`,
    {
      schema: {
        summary: 'Trickles ICE, or restarts it',
        description: 'Credentials other than before ask for a restart, which the answer carries the new ones for.',
        tags: [name],
        security: bearer,
        params: resourceParams,
        consumes: [fragmentType],
        body: iceFragment,
        response: {
          200: plain(fragmentType, 'The new ICE credentials'),
          204: z.null().describe('Heard, and nothing to do'),
          ...errorResponses,
        },
      },
    },
    async (request, reply) => {
      const ifMatch = request.headers['if-match'];
      const token = await joinTokenOf(request);
      const fragment = bodyOf(request, fragmentType);
      if (ifMatch === undefined) throw new CanopyError('PRECONDITION_REQUIRED');
      const { id: meetingId, resource: id } = request.params;
      const patched = await deps.httpSessions.patch({ token, meetingId, id }, ifMatch, fragment);
      if (patched === undefined) return await reply.code(204).send(null);
      const { etag, fragment: answer, iceServers } = patched;
      reply.headers({ etag, 'content-type': fragmentType, ...iceServerLinks(iceServers) });
      return await reply.send(answer);
    },
  );
  app.delete(
    `${endpoint}/:id/:resource`,
    {
      schema: {
        summary: 'Ends it',
        tags: [name],
        security: bearer,
        params: resourceParams,
        response: { 200: z.null().optional().describe('It has ended'), ...errorResponses },
      },
    },
    async (request, reply) => {
      const { id: meetingId, resource: id } = request.params;
      const token = await joinTokenOf(request);
      await deps.httpSessions.end({ token, meetingId, id });
      // Null would be a body.
      return await reply.send(undefined);
    },
  );
  done();
};

/** What a browser asks before it sends, and what is not meant to be. */
const otherMethods: FastifyPluginCallback<{ endpoint: string }> = (app, { endpoint }, done) => {
  const schema = { hide: true };
  const offerMethods = 'OPTIONS, POST';
  const resourceMethods = 'DELETE, OPTIONS, PATCH';
  for (const [url, allowed] of [
    [endpoint, offerMethods],
    [`${endpoint}/:id`, offerMethods],
    [`${endpoint}/:id/:resource`, resourceMethods],
  ] as const) {
    app.options(url, { schema }, async (_request, reply) =>
      reply
        .code(204)
        .headers({
          'access-control-allow-methods': allowed,
          'access-control-allow-headers': 'Authorization, Content-Type, If-Match',
          'access-control-max-age': '86400',
          ...(allowed === offerMethods ? { 'accept-post': sdpType } : { 'accept-patch': fragmentType }),
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
