import { TrackSource } from '@canopy/proto/media';
import type { Participant, Track } from '@canopy/proto/signal';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf, type HttpDeps } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams, participantBody, toParticipantBody } from '../schemas.ts';

const sourceNames = ['microphone', 'camera', 'screen', 'screen-audio'] as const;

const nameOfSource = new Map<TrackSource, (typeof sourceNames)[number]>([
  [TrackSource.MICROPHONE, 'microphone'],
  [TrackSource.CAMERA, 'camera'],
  [TrackSource.SCREEN, 'screen'],
  [TrackSource.SCREEN_AUDIO, 'screen-audio'],
]);

const trackBody = z.object({ id: z.string(), source: z.enum(sourceNames), muted: z.boolean() });

const presentBody = participantBody.extend({
  spotlight: z.boolean().describe('Before everybody’s eyes'),
  tracks: z.array(trackBody).describe('What they send, in the order of publication'),
});

const response = z.object({
  participants: z.array(presentBody),
  attendeeCount: z
    .number()
    .int()
    .describe('Attendees of a webinar, or the crowd of a large meeting, who are listed apart'),
  hands: z
    .array(z.object({ participantId: z.string(), name: z.string() }))
    .describe('Raised ones in the order of raising, those of a webinar’s audience among them'),
});

function toPresentBody(participant: Participant, tracks: readonly Track[]): z.output<typeof presentBody> {
  return {
    ...toParticipantBody(participant),
    spotlight: participant.spotlight === true,
    tracks: tracks.flatMap(({ id, source, muted }) => {
      const name = nameOfSource.get(source);
      return name === undefined ? [] : [{ id, source: name, muted }];
    }),
  };
}

export const listParticipants: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/meetings/:id/participants',
    {
      schema: {
        summary: 'Who is in a meeting, what they send, on which edge, and whose hand is raised',
        description:
          'Of a webinar the stage, of a meeting of more than 200 all but its crowd; `GET /v1/meetings/{id}/attendees` pages through those.',
        tags: ['meetings'],
        security: bearer,
        params: meetingParams,
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      const actor = await actorOf(deps, request);
      const { id } = request.params;
      const state = await deps.looks.during(actor, id, 'participants', () =>
        deps.meetings.participants(actor.principal, id),
      );
      const tracks = Map.groupBy(state.tracks, ({ participantId }) => participantId);
      return {
        participants: state.participants.map((participant) =>
          toPresentBody(participant, tracks.get(participant.id) ?? []),
        ),
        attendeeCount: state.attendeeCount,
        hands: [...state.hands],
      };
    },
  );
  done();
};
