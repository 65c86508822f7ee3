import { TrackSource } from '@canopy/proto/media';
import type { EntryOptions } from '../grow/entry.ts';
import { type Ask, type Fate, Participant, type Session, type SessionKind } from '../grow/participant.ts';
import { newStream, PublishedTracks, vp8, vp8Parameters } from '../grow/publishing.ts';
import { NoMedia } from '../grow/viewer.ts';

/** Somebody with a camera of three layers that sends no packets: it is published, announced and subscribed to like any other. */
export class Camera {
  readonly #participant: Participant<SilentCamera>;

  /** Resolves when it is published. Rejects with a SignalError when the join is refused. */
  static async join(options: EntryOptions): Promise<Camera> {
    const tracks = new PublishedTracks();
    const participant = await Participant.join(options, () => new SilentCamera(tracks));
    await participant.began;
    return new Camera(participant);
  }

  private constructor(participant: Participant<SilentCamera>) {
    this.#participant = participant;
  }

  get fate(): Fate {
    return this.#participant;
  }

  drop(): void {
    this.#participant.drop();
  }
}

class SilentCamera extends NoMedia {
  override readonly sends = true;
  readonly #tracks: PublishedTracks;

  constructor(tracks: PublishedTracks) {
    super();
    this.#tracks = tracks;
  }

  override async begin(_session: Session, kind: SessionKind, ask: Ask): Promise<void> {
    const layers = vp8.layerBytes.map(() => newStream(vp8.payloadType, vp8.ticksPerFrame, () => Buffer.alloc(0)));
    await this.#tracks.publish(TrackSource.CAMERA, vp8Parameters(layers), kind, ask);
  }
}
