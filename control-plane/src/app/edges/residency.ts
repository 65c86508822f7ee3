import { MigrateReason } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import { isAllowed } from '../../core/meeting/settings.ts';
import type { Room } from '../events/room.ts';
import type { Rooms } from '../events/rooms.ts';
import type { Planning } from '../planning/planning.ts';
import type { LiveSession } from '../session/live-session.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { Migrating } from '../session/migrating.ts';
import { unlessBusy } from '../unless-busy.ts';

export interface ResidencyDeps {
  edges: { get(edgeId: string): EdgeRecord | undefined };
  rooms(): Rooms;
  store: Pick<MeetingStateStore, 'usage'>;
  planning: Pick<Planning, 'ensure'>;
  migrating(): Pick<Migrating, 'move'>;
  clock: Clock;
  logger: Logger;
}

const lookEveryMs = 1_000;
const mostAtOnce = 8;

/**
 * Moves participants whose edge is in a region where their meeting's media may no longer be, each by the replica it is
 * connected to, until nobody is left there.
 */
export class Residency {
  readonly #deps: ResidencyDeps;
  readonly #look = unlessBusy(() => this.#moveMisplaced());

  constructor(deps: ResidencyDeps) {
    this.#deps = deps;
  }

  /** A meeting's settings changed: everybody here goes by the new ones, its plan as well. */
  meetingUpdated(room: Room): void {
    const follow = async () => {
      const { profile } = await this.#deps.store.usage(room.meetingId);
      if (profile === undefined) return;
      room.adopt(profile);
      await this.#deps.planning.ensure(room.meetingId, profile, 'settings');
      await this.#look();
    };
    follow().catch((error: unknown) => {
      this.#deps.logger.warn({ err: error, meetingId: room.meetingId }, 'new settings could not be followed yet');
    });
  }

  /** Looks again and again, for those who joined while the settings changed and those who could not be moved at once. */
  run(): () => void {
    return this.#deps.clock.every(lookEveryMs, () => void this.#look());
  }

  async #moveMisplaced(): Promise<void> {
    const misplaced = this.#deps
      .rooms()
      .list()
      .flatMap((room) => room.sessions().map((session) => ({ room, session })))
      .filter(({ session }) => session.move === undefined && this.#isMisplaced(session));
    await inTurns(misplaced, mostAtOnce, ({ room, session }) => this.#move(room, session));
  }

  #isMisplaced({ media, profile }: LiveSession): boolean {
    const region = this.#deps.edges.get(media.edgeId)?.heartbeat.region;
    return region !== undefined && !isAllowed(region, profile.settings.allowedRegions);
  }

  async #move(room: Room, session: LiveSession): Promise<void> {
    try {
      await this.#deps.migrating().move(room, session, MigrateReason.POLICY);
    } catch (error) {
      const { meetingId, participantId } = session;
      this.#deps.logger.debug(
        { err: error, meetingId, participantId },
        'a participant could not be moved where it may be',
      );
    }
  }
}
