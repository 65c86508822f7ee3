import type { EdgeFact } from '@canopy/proto/bus';
import type { Push } from '../events/room-member.ts';
import type { Rooms } from '../events/rooms.ts';

/** Passes on to participants what their edges say to them alone: of the pictures that their connections do not carry, and of the layers they need not encode. */
export class EdgeNotices {
  readonly #rooms: Pick<Rooms, 'find'>;

  constructor(rooms: Pick<Rooms, 'find'>) {
    this.#rooms = rooms;
  }

  async factHeard({ edgeId, bootId, picturesLowered, layersNeeded }: EdgeFact): Promise<void> {
    const edge = { edgeId, bootId };
    if (picturesLowered !== undefined) {
      const { trackIds } = picturesLowered;
      await this.#pass(edge, picturesLowered, { loweredPictures: { trackIds } });
    }
    if (layersNeeded !== undefined) {
      const { trackId, layers } = layersNeeded;
      await this.#pass(edge, layersNeeded, { neededLayers: { trackId, layers } });
    }
  }

  /** While a participant moves, only what the edge of the present session says counts. */
  async #pass(
    { edgeId, bootId }: { edgeId: string; bootId: string },
    { meetingId, participantId }: { meetingId: string; participantId: string },
    notice: Push,
  ): Promise<void> {
    const room = this.#rooms.find(meetingId);
    const session = room?.sessionOf(participantId);
    if (session?.media.edgeId !== edgeId || session.media.bootId !== bootId) return;
    await room?.push(session.connectionId, async () => notice);
  }
}
