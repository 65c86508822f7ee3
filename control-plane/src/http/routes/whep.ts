import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import type { HttpDeps } from '../http-deps.ts';
import { sdpSessions } from './sdp-sessions.ts';

const description = `WHEP (draft-ietf-wish-whep), for any WebRTC player: the body is an SDP offer to receive audio, video or
both, the answer an SDP answer. One video follows what the stage shows, one audio whoever speaks. The bearer token is a join
token of any role, whose participant then watches as an attendee. Without a meeting in the path the token names it. Doing it
again takes the place of what the participant had before.`;

const query = z.object({
  participant: z.string().min(1).max(128).optional().describe('Plays what this participant publishes, and nobody else'),
});

/** Standard players. */
export const whep: FastifyPluginCallback<HttpDeps> = (app, deps, done) => {
  app.register(sdpSessions, {
    name: 'whep',
    summary: 'Plays the stage by WHEP',
    description,
    query,
    deps,
    start: ({ query: { participant: onlyParticipantId }, ...request }) =>
      deps.playback.start({ ...request, onlyParticipantId }),
  });
  done();
};
