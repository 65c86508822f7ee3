import type { Joined, Migrate } from '@canopy/proto/signal';
import { frameNumberOf } from '../../../edge-node/src/testing/rtp.ts';
import { capabilities } from '../grow/capabilities.ts';
import type { PeerCertificate } from '../grow/peer.ts';
import { type Delivery, Reception } from '../grow/reception.ts';
import { SignalSocket } from '../grow/signal-socket.ts';
import type { ViewerOptions } from '../grow/viewer.ts';

/** What came over one session. */
interface Session {
  edgeId: string;
  reception: Reception;
  /** When it had its first keyframe, ms of performance.now(). */
  firstFrameAt: number | undefined;
}

/** Somebody who watches, and follows to another edge as clients do: beside the old session at first, until the new one has its first frame. */
export class MovingViewer {
  readonly #signal: SignalSocket;
  readonly #certificate: PeerCertificate;
  readonly #sessions: Session[] = [];
  /** When each frame came first, by its number: ms of performance.now(). */
  readonly #frames = new Map<number, number>();
  /** Each arrival, ms. */
  readonly #arrivals: number[] = [];

  static async join(options: Omit<ViewerOptions, 'connects'>, certificate: PeerCertificate): Promise<MovingViewer> {
    const { url, token, address, location } = options;
    const signal = await SignalSocket.open(url, address);
    const viewer = new MovingViewer(signal, certificate);
    const reception = viewer.#newReception();
    const join = { token, rtpCapabilities: capabilities, dtlsParameters: reception.dtlsParameters, rtts: [], location };
    const { joined } = await signal.ask({ join });
    if (joined === undefined) throw new Error('the answer to a join is no answer');
    await viewer.#receive(reception, joined);
    return viewer;
  }

  private constructor(signal: SignalSocket, certificate: PeerCertificate) {
    this.#signal = signal;
    this.#certificate = certificate;
    signal.onMigrate((migrate) => {
      this.#follow(migrate).catch((error) => console.error('a viewer could not follow:', String(error)));
    });
  }

  get edgeId(): string {
    return this.#sessions.at(-1)?.edgeId ?? '';
  }

  /** Sessions it has had. */
  get sessions(): number {
    return this.#sessions.length;
  }

  /** When the session that it has now had its first frame; undefined while it has none. */
  get firstFrameAt(): number | undefined {
    return this.#sessions.at(-1)?.firstFrameAt;
  }

  /** Why the server ended the connection; undefined while it is open. */
  get lostBecause(): string | undefined {
    return this.#signal.lostBecause;
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
    for (const { reception } of this.#sessions) reception.peer.close();
    this.#signal.close();
  }

  #countBetween(first: number, last: number): number {
    return [...this.#frames.keys()].filter((number) => number >= first && number <= last).length;
  }

  #newReception(): Reception {
    return new Reception(this.#certificate, (packet, at) => {
      const number = frameNumberOf(packet);
      if (!this.#frames.has(number)) this.#frames.set(number, at);
      this.#arrivals.push(at);
    });
  }

  async #follow(migrate: Migrate): Promise<void> {
    const former = this.#sessions.at(-1);
    const came = await this.#receive(this.#newReception(), migrate);
    if (!came) return;
    former?.reception.peer.close();
    await this.#signal.ask({ migrated: {} });
  }

  /** False when no media came. */
  async #receive(reception: Reception, delivery: Delivery & Pick<Joined, 'edge'>): Promise<boolean> {
    const session: Session = { edgeId: delivery.edge?.id ?? '', reception, firstFrameAt: undefined };
    this.#sessions.push(session);
    const media = await reception.firstMedia(delivery, 0);
    if (media instanceof Error) return false;
    session.firstFrameAt = media.firstFrameMs;
    return true;
  }
}
