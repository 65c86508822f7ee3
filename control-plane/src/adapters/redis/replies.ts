import { DtlsParameters, RtpCapabilities } from '@canopy/proto/media';
import { RaisedHand } from '@canopy/proto/reactions';
import { RecordingNotice } from '@canopy/proto/recording';
import { MeetingEvent, migrateReasonFromJSON, Participant, Track } from '@canopy/proto/signal';
import { remembered } from '@canopy/runtime/remembered';
import { z } from 'zod';
import type { MeetingProfile } from '../../core/meeting/meeting.ts';
import { meetingModes } from '../../core/meeting/roles.ts';
import { alikeCapabilities, type MediaSession } from '../../core/meeting/session.ts';
import { storedSettings } from '../../core/meeting/settings.ts';
import type { MeetingState } from '../../core/meeting/state.ts';
import { storedDecision } from './placement-document.ts';

/** Shapes of what the scripts return. */
export const appendedReply = z.array(z.string());
export const snapshotReply = z.tuple([
  z.array(z.string()),
  z.array(z.string()),
  z.coerce.number(),
  z.number(),
  z.array(z.string()),
  z.string(),
]);
export const streamReply = z.array(z.tuple([z.string(), z.array(z.string())]));

const storedTrack = z.object({ order: z.number(), track: z.unknown() });
const storedHand = z.object({ order: z.number(), hand: z.unknown() });

/** Events from the flat list [sequence, JSON, sequence, JSON, …]. */
export function readAppended(generation: string, appended: readonly string[]): MeetingEvent[] {
  const events: MeetingEvent[] = [];
  for (let index = 0; index + 1 < appended.length; index += 2) {
    events.push(readEvent(generation, Number(appended[index]), appended[index + 1] ?? ''));
  }
  return events;
}

/** Events from stream entries, whose ids are `<sequence>-0`. */
export function readStream(generation: string, entries: z.output<typeof streamReply>): MeetingEvent[] {
  return entries.map(([id, fields]) => readEvent(generation, Number.parseInt(id, 10), fields[1] ?? ''));
}

function readEvent(generation: string, sequence: number, json: string): MeetingEvent {
  return { ...MeetingEvent.fromJSON(JSON.parse(json)), position: { generation, sequence } };
}

export function readState(generation: string, reply: z.output<typeof snapshotReply>): MeetingState {
  const [participants, tracks, sequence, attendeeCount, hands, recording] = reply;
  return {
    participants: participants.map(readParticipant),
    attendeeCount,
    tracks: tracks
      .map((json) => storedTrack.parse(JSON.parse(json)))
      .sort((a, b) => a.order - b.order)
      .map(({ track }) => Track.fromJSON(track)),
    hands: hands
      .map((json) => storedHand.parse(JSON.parse(json)))
      .sort((a, b) => a.order - b.order)
      .map(({ hand }) => RaisedHand.fromJSON(hand)),
    position: { generation, sequence },
    ...(recording === '' ? {} : { recording: RecordingNotice.fromJSON(JSON.parse(recording)) }),
  };
}

export function readParticipant(json: string): Participant {
  return Participant.fromJSON(JSON.parse(json));
}

const mediaSession = z.object({
  edgeId: z.string(),
  openingId: z.string().optional(),
  bootId: z.string(),
  userId: z.string().optional(),
  decision: storedDecision,
  placedAt: z.number(),
  moved: z.object({ fromEdgeId: z.string(), because: z.string() }).exactOptional(),
  client: z.object({
    rtpCapabilities: z.unknown(),
    dtlsParameters: z.unknown(),
    acceptsBackupConsumers: z.boolean(),
    address: z.string(),
    location: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
    rttMs: z.record(z.string(), z.number()),
  }),
});

const meetingProfile = z.object({
  title: z.string(),
  mode: z.enum(meetingModes),
  settings: storedSettings,
  revision: z.number().default(0),
  parentId: z.string().optional(),
});

/** Every session of a meeting keeps it. */
export const readProfile: (json: string) => MeetingProfile = remembered(
  (json) => meetingProfile.parse(JSON.parse(json)),
  1_000,
);

export function readSession(json: string): MediaSession {
  const { userId, client, moved, ...session } = mediaSession.parse(JSON.parse(json));
  const { rtpCapabilities, dtlsParameters, acceptsBackupConsumers, address, location, rttMs } = client;
  return {
    ...session,
    ...(moved === undefined
      ? {}
      : { moved: { fromEdgeId: moved.fromEdgeId, because: migrateReasonFromJSON(moved.because) } }),
    userId,
    client: {
      rtpCapabilities: isGiven(rtpCapabilities)
        ? alikeCapabilities(RtpCapabilities.fromJSON(rtpCapabilities))
        : undefined,
      dtlsParameters: isGiven(dtlsParameters) ? DtlsParameters.fromJSON(dtlsParameters) : undefined,
      acceptsBackupConsumers,
      address,
      location,
      rttMs,
    },
  };
}

/** Undefined for ''. */
export function readOptionalSession(json: string): MediaSession | undefined {
  return json === '' ? undefined : readSession(json);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
