import type { TrackWant } from '@canopy/proto/media';
import type { Participant } from '@canopy/proto/signal';
import type { MeetingProfile } from '../../core/meeting/meeting.ts';
import type { Reception } from '../../core/meeting/reception.ts';
import { type RoleName, wireRole } from '../../core/meeting/roles.ts';
import type { MediaSession } from '../../core/meeting/session.ts';

/** A participant with a connection on this replica. */
export interface LiveSession {
  meetingId: string;
  profile: MeetingProfile;
  participantId: string;
  name: string;
  role: RoleName;
  connectionId: string;
  /** SHA-256 of the resume token. */
  resumeHash: string;
  media: MediaSession;
  /** What it asked to receive; undefined until it does. */
  wants?: readonly TrackWant[];
  /** Before it begins: the role its client goes by, where that may be another one. */
  toldRole?: RoleName | undefined;
  /** It said that it leaves, and waits for the answer. */
  leaving?: boolean;
  /** Its client can't be told to go to another edge: where it can't stay, it ends. */
  staysPut?: boolean;
  /** A host or cohost asked it to unmute, whatever the rules say. */
  askedToUnmute?: boolean;
  /** Edges that its media did not get through to, and whether that was told: then it got through to another one. */
  unreachable?: Map<string, 'alleged' | 'told'>;
  /** It is on its way to another meeting. */
  departing?: boolean;
  /** What it left in the meeting it came from: its client may still receive it. */
  former?: Former;
  /** What its client told last of how the meeting reaches it. */
  reception?: Reception;
  /** How far ahead everybody was told its clock is. */
  toldClockAheadMs?: number;
  /** Which breakout rooms its client knows of, as a fingerprint; undefined: it was told nothing. */
  toldBreakouts?: string;
  /** A move under way: `media` is where it goes. */
  move?: Move;
}

/** The way of a participant's media from one session to another. */
interface Move {
  /** The session before, which lives until everything goes over the new one. */
  from: MediaSession;
  /** Ends the wait for the client. */
  cancelDeadline(): void;
}

/** Media sessions in another meeting that are about to end. */
export interface Former {
  /** Settles when they are closed. Closing twice is closing once. */
  close(): Promise<void>;
}

/** What others see of it. */
export function recordOf({ participantId, name, role, media, staysPut }: LiveSession): Participant {
  const { edgeId, decision } = media;
  const region = decision.candidates.find((candidate) => candidate.edgeId === edgeId)?.region ?? '';
  const participant = { id: participantId, name, role: wireRole(role), edgeId, region, connected: true };
  return staysPut === true ? { ...participant, bare: true } : participant;
}
