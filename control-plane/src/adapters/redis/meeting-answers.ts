import type { Participant } from '@canopy/proto/signal';
import { z } from 'zod';
import type {
  Arrival,
  AttendeePage,
  Departure,
  MeetingNow,
  Renewal,
  Return,
  Sweep,
} from '../../app/session/meeting-state-store.ts';
import type { MediaSession } from '../../core/meeting/session.ts';
import type { Change, MeetingState } from '../../core/meeting/state.ts';
import {
  appendedReply,
  readAppended,
  readOptionalSession,
  readParticipant,
  readProfile,
  readSession,
  readState,
  readStream,
  snapshotReply,
  streamReply,
} from './replies.ts';

/** What each script of a meeting answers, as the store's callers know it. A text that is '' is not there. */

const snapshotAnswer = z.tuple([z.string(), snapshotReply]);

export function readSnapshot(reply: unknown): MeetingState {
  const [generation, snapshot] = snapshotAnswer.parse(reply);
  return readState(generation, snapshot);
}

const usageAnswer = z.tuple([
  z.array(z.string()),
  z.array(z.string()),
  z.literal(['', 'known']).or(z.tuple([z.string(), z.string()])),
  z.string(),
  z.array(z.string()),
]);

/** `plan`: '' where there is none, `known` where it is the one that was named, else the generation of the events it belongs to and its document. */
export function readUsage(
  reply: unknown,
): Omit<MeetingNow, 'plan'> & { plan: '' | 'known' | [generation: string, document: string] } {
  const [counts, originIds, plan, profile, warmIds] = usageAnswer.parse(reply);
  const participants = new Map<string, number>();
  for (let index = 0; index < counts.length; index += 2)
    participants.set(counts[index] ?? '', Number(counts[index + 1]));
  return {
    usage: { participants, originIds: originIds.sort(), warmIds },
    plan,
    profile: profile === '' ? undefined : readProfile(profile),
  };
}

const attendeesAnswer = z.tuple([z.string(), z.array(z.string()), z.string(), z.coerce.number()]);

export function readAttendees(reply: unknown): AttendeePage {
  const [generation, attendees, next, sequence] = attendeesAnswer.parse(reply);
  return {
    attendees: attendees.map(readParticipant),
    nextCursor: next === '' ? undefined : next,
    position: { generation, sequence },
  };
}

const arrivalAnswer = z.tuple([
  z.string(),
  appendedReply,
  z.string(),
  z.string(),
  z.coerce.number(),
  z.string(),
  z.string(),
]);

export function readArrival(reply: unknown): Arrival {
  const [generation, appended, session, connectionId, planEpoch, movedFrom, profile] = arrivalAnswer.parse(reply);
  return {
    events: readAppended(generation, appended),
    profile: readProfile(profile),
    previous:
      session === ''
        ? undefined
        : { session: readSession(session), connectionId, movedFrom: readOptionalSession(movedFrom) },
    planEpoch,
  };
}

const returnAnswer = z.tuple([
  z.string(),
  appendedReply,
  streamReply.or(z.literal('')),
  z.string(),
  z.string(),
  z.coerce.number(),
  z.string(),
  z.string(),
  z.string(),
]);

export function readReturn(reply: unknown): Return {
  const [generation, appended, missed, session, previousConnection, sequence, participant, profile, movedFrom] =
    returnAnswer.parse(reply);
  return {
    events: readAppended(generation, appended),
    position: { generation, sequence },
    missed: missed === '' ? undefined : readStream(generation, missed),
    profile: readProfile(profile),
    participant: readParticipant(participant),
    session: readSession(session),
    movedFrom: readOptionalSession(movedFrom),
    previousConnectionId: previousConnection === '' ? undefined : previousConnection,
  };
}

const renewalAnswer = z.tuple([z.string(), z.array(z.string()), z.array(z.string())]);

export function readRenewal(reply: unknown): Renewal {
  const [generation, replaced, gone] = renewalAnswer.parse(reply);
  return { generation, replaced, gone };
}

const departureAnswer = z.tuple([z.string(), appendedReply, z.string(), z.string()]);

export function readDeparture(reply: unknown): Departure {
  const [generation, appended, session, movedFrom] = departureAnswer.parse(reply);
  return {
    events: readAppended(generation, appended),
    session: readSession(session),
    movedFrom: readOptionalSession(movedFrom),
  };
}

const sweepAnswer = z.tuple([z.string(), appendedReply, z.array(z.string()), z.number()]);

export function readSweep(reply: unknown): Sweep {
  const [generation, appended, removed, left] = sweepAnswer.parse(reply);
  const gone = Array.from({ length: removed.length / 3 }, (_, index) => ({
    participantId: removed[3 * index] ?? '',
    session: readSession(removed[3 * index + 1] ?? ''),
    movedFrom: readOptionalSession(removed[3 * index + 2] ?? ''),
  }));
  return { events: readAppended(generation, appended), removed: gone, left };
}

const changedTextAnswer = z.tuple([z.string(), appendedReply, z.string()]);

export function readMove(reply: unknown): Change & { cutShort: MediaSession | undefined } {
  const [generation, appended, cutShort] = changedTextAnswer.parse(reply);
  return { events: readAppended(generation, appended), cutShort: readOptionalSession(cutShort) };
}

/** A change of one participant, and what it is then. */
export function readChanged(reply: unknown): Change & { now: Participant } {
  const [generation, appended, now] = changedTextAnswer.parse(reply);
  return { events: readAppended(generation, appended), now: readParticipant(now) };
}

const endAnswer = z.tuple([z.string(), appendedReply, z.array(z.string())]);

export function readEnd(reply: unknown): Change & { edgeIds: readonly string[] } {
  const [generation, appended, edgeIds] = endAnswer.parse(reply);
  return { events: readAppended(generation, appended), edgeIds };
}
