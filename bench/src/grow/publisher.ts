import { BenchError } from '../bench.ts';
import { peerCertificate } from './certificate.ts';
import type { EntryOptions } from './entry.ts';
import type { Sighting } from './key-frame-requests.ts';
import { type Fate, Participant } from './participant.ts';
import { opus, PublishedTracks, Publishing, vp8 } from './publishing.ts';

/** Longer than a move or a new join takes. */
const patienceMs = 15_000;

/** Somebody on stage who sends Opus and VP8 simulcast in three layers: real RTP of 50 and 3 × 25 packets a second, each video frame in one packet. While it moves to another edge it sends over both sessions. */
export class Publisher implements AsyncDisposable {
  /** When each keyframe request came (ms of `performance.now()`), by the SSRC it was for. A loaded process sees them late. */
  readonly keyFrameRequests: ReadonlyMap<number, Sighting[]>;
  readonly #participant: Participant<Publishing>;
  readonly #tracks: PublishedTracks;
  readonly #timers: NodeJS.Timeout[];
  #sentAt = performance.now();

  /** Resolves when it is published and sends. Rejects with a SignalError when the join is refused. */
  static async start(options: EntryOptions): Promise<Publisher> {
    const certificate = await peerCertificate();
    const tracks = new PublishedTracks();
    const requests = new KeyFrameRequests();
    const sending = new Set<Publishing>();
    const participant = await Participant.join(options, () => {
      const publishing = new Publishing(certificate, tracks, (ssrc) => requests.note(ssrc));
      sending.add(publishing);
      return publishing;
    });
    try {
      await participant.began;
    } catch (error) {
      participant.drop();
      throw error;
    }
    return new Publisher(participant, tracks, requests, sending);
  }

  private constructor(
    participant: Participant<Publishing>,
    tracks: PublishedTracks,
    requests: KeyFrameRequests,
    sending: ReadonlySet<Publishing>,
  ) {
    this.#participant = participant;
    this.#tracks = tracks;
    this.keyFrameRequests = requests.byStream;
    this.#timers = [
      setInterval(() => {
        requests.looked();
        for (const publishing of sending) if (publishing.sendSound()) this.#sentAt = performance.now();
      }, opus.everyMs),
      setInterval(() => {
        for (const publishing of sending) publishing.sendPicture();
      }, vp8.everyMs),
    ];
  }

  get edgeId(): string {
    return this.#participant.session.edge?.id ?? '';
  }

  get trackIds(): readonly string[] {
    return this.#tracks.ids;
  }

  get fate(): Fate {
    return this.#participant;
  }

  /** Figures that are to be of a meeting in which it speaks are worth nothing if it does not. Throws a {@link BenchError}. */
  requireSending(): void {
    const { endedBecause, losses } = this.#participant;
    if (endedBecause !== undefined)
      throw new BenchError(`A publisher was put out of the meeting and could not come back: ${endedBecause}.`);
    const silentMs = performance.now() - this.#sentAt;
    if (silentMs < patienceMs) return;
    const lost = losses.length === 0 ? '' : ` Its connection was lost before: ${losses.join(', ')}.`;
    throw new BenchError(`A publisher has sent nothing for ${Math.round(silentMs / 1_000)} s.${lost}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#participant.drop();
  }
}

/** Keyframe requests as a process notes them that looks now and then, and late when it is busy. */
class KeyFrameRequests {
  readonly byStream = new Map<number, Sighting[]>();
  /** The last two looks: what is seen now had not come at the first of them, or would have been seen. */
  #looks = { before: performance.now(), last: performance.now() };

  looked(): void {
    this.#looks = { before: this.#looks.last, last: performance.now() };
  }

  note(ssrc: number): void {
    const sightings = this.byStream.get(ssrc) ?? [];
    sightings.push({ earliest: this.#looks.before, latest: performance.now() });
    this.byStream.set(ssrc, sightings);
  }
}
