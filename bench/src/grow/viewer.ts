import { type DtlsParameters, TrackKind } from '@canopy/proto/media';
import type { ClientLocation, Joined } from '@canopy/proto/signal';
import { capabilities } from './capabilities.ts';
import type { Peer } from './peer.ts';
import { type FirstMedia, Reception } from './reception.ts';
import { SignalSocket } from './signal-socket.ts';

export interface ViewerOptions {
  url: string;
  token: string;
  /** As a proxy reports it. */
  address: string;
  location: ClientLocation;
  /** Connects its transport and waits for media; else its consumers are real and get no packets. */
  connects: boolean;
}

/** The certificate of those who never shake hands. */
export const nobodysCertificate: DtlsParameters = {
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};

/** Somebody who watches. */
export class Viewer {
  readonly edgeId: string;
  /** Tracks that it receives, and those of them that are pictures. */
  readonly consumers: number;
  readonly videos: number;
  /** From opening the socket to the answer. */
  readonly joinMs: number;
  /** From opening the socket to the first video packet, and to the first keyframe; only of those who connect. The error when none comes. */
  readonly media: Promise<FirstMedia | Error> | undefined;
  readonly #signal: SignalSocket;
  readonly #peer: Peer | undefined;

  /** Rejects with a SignalError when the join is refused. */
  static async join(options: ViewerOptions): Promise<Viewer> {
    const reception = options.connects ? new Reception() : undefined;
    const { url, token, address, location } = options;
    const startedAt = performance.now();
    let signal: SignalSocket | undefined;
    try {
      signal = await SignalSocket.open(url, address);
      const dtlsParameters = reception?.dtlsParameters ?? nobodysCertificate;
      const { joined } = await signal.ask({
        join: { token, rtpCapabilities: capabilities, dtlsParameters, rtts: [], location },
      });
      if (joined === undefined) throw new Error('the answer to a join is no answer');
      return new Viewer(signal, joined, performance.now() - startedAt, reception, startedAt);
    } catch (error) {
      signal?.close();
      reception?.peer.close();
      throw error;
    }
  }

  private constructor(
    signal: SignalSocket,
    joined: Joined,
    joinMs: number,
    reception: Reception | undefined,
    startedAt: number,
  ) {
    this.#signal = signal;
    this.#peer = reception?.peer;
    this.edgeId = joined.edge?.id ?? '';
    this.consumers = joined.consumers.length;
    this.videos = joined.consumers.filter(({ kind }) => kind === TrackKind.VIDEO).length;
    this.joinMs = joinMs;
    this.media = reception?.firstMedia(joined, startedAt);
  }

  /** How many attend, as it was told last. */
  get attendeeCount(): number | undefined {
    return this.#signal.attendeeCount;
  }

  get receivedBytes(): number {
    return this.#signal.receivedBytes;
  }

  /** Why it ended though it had not left; undefined while it did not. */
  get lostBecause(): string | undefined {
    return this.#signal.lostBecause;
  }

  /** The edges a track crosses to this viewer, the origin first. */
  async pathOf(trackId: string): Promise<string[]> {
    const { path } = await this.#signal.ask({ getTrackPath: { trackId } });
    return (path?.edges ?? []).map(({ id }) => id);
  }

  /** Rejects with a SignalError when the server does not confirm it. */
  async leave(): Promise<void> {
    await this.#signal.ask({ leave: {} });
  }

  /** Closes its connections, without a word to the server. */
  drop(): void {
    this.#peer?.close();
    this.#signal.close();
  }
}
