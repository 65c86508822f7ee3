import type { EdgeFact } from '@canopy/proto/bus';
import type { Rooms } from '../events/rooms.ts';

/** Passes on to participants what their edges say of the pictures that their connections do not carry. */
export class LoweredPictures {
  readonly #rooms: Pick<Rooms, 'find'>;

  constructor(rooms: Pick<Rooms, 'find'>) {
    this.#rooms = rooms;
  }

  /** While a participant moves, only what the edge of the present session says counts. */
  async factHeard({ edgeId, bootId, picturesLowered }: EdgeFact): Promise<void> {
    if (picturesLowered === undefined) return;
    const { meetingId, participantId, trackIds } = picturesLowered;
    const room = this.#rooms.find(meetingId);
    const session = room?.sessions().find((one) => one.participantId === participantId);
    if (session?.media.edgeId !== edgeId || session.media.bootId !== bootId) return;
    await room?.push(session.connectionId, async () => ({ loweredPictures: { trackIds } }));
  }
}
