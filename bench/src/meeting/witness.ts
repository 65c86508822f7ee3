import { HeadlessParticipant } from '@canopy/local-mesh/testing/headless-participant';
import { TrackSource } from '@canopy/proto/media';
import { capabilities } from '../grow/capabilities.ts';
import type { EntryOptions } from '../grow/entry.ts';
import { nobodysCertificate } from '../grow/viewer.ts';

/** What somebody knows of. */
export interface Roster {
  /** Those who are listed: in a meeting 200 and whoever has a camera, of a webinar those on stage. */
  people: number;
  cameras: number;
}

const joinPatienceMs = 10_000;

/** Somebody with the SDK's own signaling and its state of the meeting, and without media. */
export class Witness implements Disposable {
  readonly #participant: HeadlessParticipant;

  /** Rejects with the server's error. */
  static async join({ url, token, location }: EntryOptions): Promise<Witness> {
    const join = { token, rtpCapabilities: capabilities, dtlsParameters: nobodysCertificate, rtts: [], location };
    return new Witness(await HeadlessParticipant.join({ url, join, joinPatienceMs }));
  }

  private constructor(participant: HeadlessParticipant) {
    this.#participant = participant;
  }

  get roster(): Roster {
    const { participants, tracks } = this.#participant.state;
    const cameras = [...tracks.values()].filter(({ source }) => source === TrackSource.CAMERA);
    return { people: participants.size, cameras: cameras.length };
  }

  [Symbol.dispose](): void {
    this.#participant[Symbol.dispose]();
  }
}
