import type { MeetingInfo, PresentParticipant } from '../api-types.ts';
import { meetingPath } from '../paths.ts';
import type { Call } from '../rest.ts';
import type { ModerationName, Rules } from './moderation.ts';

/** Somebody at the door. */
export interface WaitingInfo {
  participantId: string;
  name: string;
  /** ISO 8601. */
  since: string;
  /** Has no account, and comes from the same network as somebody who was banned: perhaps the same person. */
  fromBannedNetwork: boolean;
}

/** Somebody who may not come back. */
export interface BanInfo {
  participantId: string;
  /** Theirs in the meeting; empty if it is not known. */
  name: string;
  /** The person, who may not come back as somebody else either. */
  userId: string | null;
  /** ISO 8601. */
  bannedAt: string;
  /** Whoever comes without an account from the network they were in waits. */
  network: boolean;
}

/** Order in meetings over REST: for whom they belong to, and with a join token for their hosts and cohosts. In a meeting, `meeting.moderation` does the same. */
export class ModerationApi {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** Rejects with PARTICIPANT_NOT_FOUND. */
  moderate(meetingId: string, participantId: string, what: ModerationName): Promise<void> {
    return this.#call('POST', meetingPath(meetingId, 'participants', participantId, what));
  }

  /** Gives somebody another name: whoever may moderate them, or with their own join token they themselves. Rejects with PARTICIPANT_NOT_FOUND. */
  rename(meetingId: string, participantId: string, name: string): Promise<PresentParticipant> {
    return this.#call('PATCH', meetingPath(meetingId, 'participants', participantId), { name });
  }

  /** Puts somebody before everybody's eyes, or no longer. Rejects with PARTICIPANT_NOT_FOUND. */
  setSpotlight(meetingId: string, participantId: string, on: boolean): Promise<void> {
    const spotlight = meetingPath(meetingId, 'participants', participantId, 'spotlight');
    return this.#call(on ? 'PUT' : 'DELETE', spotlight);
  }

  /** Mutes everybody but hosts. */
  muteAll(meetingId: string, mayUnmute: boolean): Promise<void> {
    return this.#call('POST', meetingPath(meetingId, 'mute-all'), { mayUnmute });
  }

  /** Only what is given changes. */
  changeRules(meetingId: string, change: Partial<Omit<Rules, 'capacity' | 'endToEndEncrypted'>>): Promise<MeetingInfo> {
    return this.#call('PATCH', meetingPath(meetingId, 'rules'), change);
  }

  /** Makes somebody else host; whose join token it is becomes a cohost. */
  transferHost(meetingId: string, participantId: string): Promise<void> {
    return this.#call('POST', meetingPath(meetingId, 'host'), { participantId });
  }

  /** Who waits at the door, those first who came first. */
  async listWaiting(meetingId: string): Promise<WaitingInfo[]> {
    return (await this.#call<{ people: WaitingInfo[] }>('GET', meetingPath(meetingId, 'lobby'))).people;
  }

  /** Lets in those named, or everybody. Rejects with PARTICIPANT_NOT_FOUND where none of those named waits. */
  admit(meetingId: string, who: readonly string[] | 'everybody'): Promise<void> {
    return this.#call('POST', meetingPath(meetingId, 'lobby', 'admit'), {
      participantIds: who === 'everybody' ? [] : who,
    });
  }

  deny(meetingId: string, participantId: string): Promise<void> {
    return this.#call('POST', meetingPath(meetingId, 'lobby', 'deny'), { participantId });
  }

  /** Who was banned, the latest first. For hosts and whom the meeting belongs to. */
  async listBans(meetingId: string): Promise<BanInfo[]> {
    return (await this.#call<{ bans: BanInfo[] }>('GET', meetingPath(meetingId, 'bans'))).bans;
  }

  /** They may come back, and so may guests from their network. Rejects with PARTICIPANT_NOT_FOUND. */
  liftBan(meetingId: string, participantId: string): Promise<void> {
    return this.#call('DELETE', meetingPath(meetingId, 'bans', participantId));
  }

  /** A line for those who wait; an empty one takes away what was said before. */
  tellWaiting(meetingId: string, text: string): Promise<void> {
    return this.#call('POST', meetingPath(meetingId, 'lobby', 'message'), { text });
  }
}
