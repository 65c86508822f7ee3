import { frameNumberOf } from '../../../edge-node/src/testing/rtp.ts';
import { peerCertificate } from '../grow/certificate.ts';
import type { EntryOptions } from '../grow/entry.ts';
import { type Fate, Participant } from '../grow/participant.ts';
import type { PeerCertificate } from '../grow/peer.ts';
import { Reception } from '../grow/reception.ts';

/** Somebody who watches, and of whom all is noted that comes over any session while they move from edge to edge. */
export class MovingViewer {
  readonly #certificate: PeerCertificate;
  readonly #receptions: Reception[] = [];
  /** When each frame came first, by its number: ms of performance.now(). */
  readonly #frames = new Map<number, number>();
  /** Each arrival, ms. */
  readonly #arrivals: number[] = [];
  #participant: Participant<Reception> | undefined;

  /** Resolves when video came, or none did. Rejects with a SignalError when the join is refused. */
  static async join(options: EntryOptions): Promise<MovingViewer> {
    const viewer = new MovingViewer(await peerCertificate());
    const participant = await Participant.join(options, () => viewer.#newReception());
    viewer.#participant = participant;
    await participant.media.came;
    return viewer;
  }

  private constructor(certificate: PeerCertificate) {
    this.#certificate = certificate;
  }

  get edgeId(): string {
    return this.#receptions.at(-1)?.edgeId ?? '';
  }

  /** What happened to it. */
  get fate(): Fate {
    if (this.#participant === undefined) throw new Error('the viewer has not joined');
    return this.#participant;
  }

  /** Sessions it has had. */
  get sessions(): number {
    return this.#receptions.length;
  }

  /** When the session that it has now had its first frame; undefined while it has none. */
  get firstFrameAt(): number | undefined {
    return this.#receptions.at(-1)?.firstFrameAt;
  }

  /** Arrivals of video over any session, ms of performance.now(). */
  get arrivals(): readonly number[] {
    return this.#arrivals;
  }

  /** Frames that came over no session, between those that came first after `since` and last before `until`. */
  framesLost(since: number, until: number): number {
    const numbers = [...this.#frames].filter(([, at]) => at >= since && at <= until).map(([number]) => number);
    const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
    return numbers.length === 0 ? 0 : last - first + 1 - this.#countBetween(first, last);
  }

  close(): void {
    for (const reception of this.#receptions) reception.close();
    this.#participant?.drop();
  }

  #countBetween(first: number, last: number): number {
    return [...this.#frames.keys()].filter((number) => number >= first && number <= last).length;
  }

  #newReception(): Reception {
    const reception = new Reception(this.#certificate, (packet, at) => {
      const number = frameNumberOf(packet);
      if (!this.#frames.has(number)) this.#frames.set(number, at);
      this.#arrivals.push(at);
    });
    this.#receptions.push(reception);
    return reception;
  }
}
