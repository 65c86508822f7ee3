import type { TrackKind, TrackWant } from '@canopy/proto/media';
import type { MeetingEvent, Subscribed } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { mainTracks } from '../../core/stage/main-tracks.ts';
import type { Room } from '../events/room.ts';
import type { Speakers } from './speakers.ts';

export interface StageFollowerOptions {
  room: Pick<Room, 'meetingId'> & { readonly state: Pick<Room['state'], 'tracks' | 'participants'> };
  /** What the player takes. */
  kinds: ReadonlySet<TrackKind>;
  onlyParticipantId: string | undefined;
  speakers: Pick<Speakers, 'of'>;
  /** Replaces what the player is sent. */
  subscribe: (wants: readonly TrackWant[]) => Promise<Pick<Subscribed, 'added' | 'refused'>>;
  consumersReady: (consumerIds: readonly string[]) => Promise<void>;
  clock: Clock;
  logger: Logger;
}

/** What could not be had is asked for again after so long. */
const retryMs = 1_000;

/** Keeps one player on what the stage shows: track after track over the same m-lines. */
export class StageFollower {
  readonly #options: StageFollowerOptions;
  /** Ids of the tracks it is sent; undefined: they have to be asked for anew. */
  #shown: ReadonlySet<string> | undefined;
  /** Those of before, meanwhile. */
  #former: ReadonlySet<string> = new Set();
  /** The last answer was lost. */
  #uncertain = false;
  #wanted = false;
  #busy = false;
  #stopped = false;

  constructor(options: StageFollowerOptions) {
    this.#options = options;
  }

  /** A track may come another way now, and be the same otherwise. */
  heard(event: MeetingEvent | undefined): void {
    const track = event?.trackPublished ?? event?.trackUpdated ?? event?.trackUnpublished;
    if (event === undefined || track !== undefined) this.#forget();
    this.look();
  }

  /** What is to be shown may be something else now. */
  look(): void {
    this.#wanted = true;
    if (!this.#busy) void this.#work();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#wanted && !this.#stopped) {
      this.#wanted = false;
      try {
        await this.#follow();
      } catch (error) {
        this.#options.logger.debug({ err: error }, 'a player does not follow the stage yet');
        this.#retry();
      }
    }
    this.#busy = false;
  }

  async #follow(): Promise<void> {
    const { room, kinds, onlyParticipantId, speakers, subscribe, consumersReady } = this.#options;
    const { state, meetingId } = room;
    const wants = mainTracks({
      tracks: state.tracks.filter(({ kind }) => kinds.has(kind)),
      participants: state.participants,
      speaker: state.tracks.find(({ id }) => id === speakers.of(meetingId)),
      onlyParticipantId,
      shown: this.#shown ?? this.#former,
    });
    const ids = new Set(wants.map(({ trackId }) => trackId));
    if (ids.size === this.#shown?.size && [...ids].every((id) => this.#shown?.has(id))) return;
    this.#shown = ids;
    // What was made then, and not told, is told when it is made anew.
    if (this.#uncertain) await subscribe([]);
    this.#uncertain = true;
    const { added, refused } = await subscribe(wants);
    this.#uncertain = false;
    const consumerIds = added.map(({ consumerId }) => consumerId);
    if (consumerIds.length > 0) await consumersReady(consumerIds);
    if (refused.length > 0) this.#retry();
  }

  #retry(): void {
    this.#forget();
    this.#options.clock.after(retryMs, () => this.look());
  }

  #forget(): void {
    this.#former = this.#shown ?? this.#former;
    this.#shown = undefined;
  }
}
