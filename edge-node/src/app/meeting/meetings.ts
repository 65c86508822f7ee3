import { CanopyError } from '@canopy/runtime/errors';
import type { LocalFeed } from '../cascade/local-feed.ts';
import type { Session } from '../session/session.ts';
import type { Meeting } from './meeting.ts';

/** A track of a participant here. */
export interface PublishedTrack {
  readonly meetingId: string;
  readonly participantId: string;
  readonly trackId: string;
  readonly feed: LocalFeed;
}

/** The meetings this edge has something of: made by the first need, forgotten when nothing is left. */
export class Meetings {
  readonly #create: (meetingId: string, onIdle: () => void) => Meeting;
  readonly #meetings = new Map<string, Meeting>();

  constructor(create: (meetingId: string, onIdle: () => void) => Meeting) {
    this.#create = create;
  }

  all(): IterableIterator<Meeting> {
    return this.#meetings.values();
  }

  get(meetingId: string): Meeting | undefined {
    return this.#meetings.get(meetingId);
  }

  /** Every track of a participant here. */
  *published(): IterableIterator<PublishedTrack> {
    for (const { id: meetingId, sessions } of this.#meetings.values())
      for (const { participantId, published } of sessions.values())
        for (const [trackId, feed] of published) yield { meetingId, participantId, trackId, feed };
  }

  /** Throws SESSION_NOT_FOUND. */
  session(meetingId: string, participantId: string): Session {
    const meeting = this.#meetings.get(meetingId);
    if (meeting === undefined) throw new CanopyError('SESSION_NOT_FOUND');
    return meeting.session(participantId);
  }

  /** Runs `work` with a meeting that is not forgotten meanwhile. */
  async with<T>(meetingId: string, work: (meeting: Meeting) => Promise<T>): Promise<T> {
    const meeting = this.#meetings.get(meetingId) ?? this.#add(meetingId);
    meeting.pins++;
    try {
      return await work(meeting);
    } finally {
      meeting.pins--;
      this.forgetIfEmpty(meeting);
    }
  }

  /** Drops a meeting of which nothing is left here. */
  forgetIfEmpty(meeting: Meeting): void {
    if (meeting.empty && this.#meetings.get(meeting.id) === meeting) this.#meetings.delete(meeting.id);
  }

  close(): void {
    for (const meeting of this.#meetings.values()) meeting.close();
  }

  #add(meetingId: string): Meeting {
    const meeting: Meeting = this.#create(meetingId, () => this.forgetIfEmpty(meeting));
    this.#meetings.set(meetingId, meeting);
    return meeting;
  }
}
