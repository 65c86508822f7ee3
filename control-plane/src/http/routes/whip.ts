import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import type { HttpDeps } from '../http-deps.ts';
import { sdpSessions } from './sdp-sessions.ts';

const description = `WHIP (RFC 9725), for OBS and any other WebRTC client: the body is an SDP offer with at most one audio
and one video, the answer an SDP answer. The bearer token is a join token, whose participant then publishes. Without a meeting
in the path the token names it. Doing it again takes the place of what the participant had before.`;

/** Standard publishers. */
export const whip: FastifyPluginCallback<HttpDeps> = (app, deps, done) => {
  app.register(sdpSessions, {
    name: 'whip',
    summary: 'Publishes by WHIP',
    description,
    // Encoders are given addresses with all kinds of things in them.
    query: z.looseObject({}),
    deps,
    start: ({ token, meetingId, sdp, client }) => deps.ingest.start(token, meetingId, sdp, client),
  });
  done();
};
