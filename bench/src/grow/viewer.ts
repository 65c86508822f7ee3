import { type DtlsParameters, TrackKind } from '@canopy/proto/media';
import { peerCertificate } from './certificate.ts';
import type { EntryOptions } from './entry.ts';
import { type Ask, type Fate, Participant, type Session, type SessionKind, type SessionMedia } from './participant.ts';
import { type FirstMedia, Reception } from './reception.ts';

export interface ViewerOptions extends EntryOptions {
  /** Connects its transport and waits for media; else its consumers are real and get no packets. */
  connects: boolean;
}

/** The certificate of those who never shake hands. */
export const nobodysCertificate: DtlsParameters = {
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};

/** Of who shakes no hands: no packet goes over it. */
export class NoMedia implements SessionMedia {
  readonly dtlsParameters = nobodysCertificate;
  readonly sends: boolean = false;
  readonly connected = true;

  async begin(_session: Session, _kind: SessionKind, _ask: Ask): Promise<void> {}

  receive(): void {}

  onEnd(): void {}

  close(): void {}
}

/** Somebody who watches. */
export class Viewer {
  /** From opening the socket to the first video packet, and to the first keyframe, of the session that was joined; only of those who connect. The error when none comes. */
  readonly media: Promise<FirstMedia | Error> | undefined;
  readonly #participant: Participant<SessionMedia>;

  /** Rejects with a SignalError when the join is refused. */
  static async join({ connects, ...options }: ViewerOptions): Promise<Viewer> {
    if (!connects) return new Viewer(await Participant.join(options, () => new NoMedia()));
    const certificate = await peerCertificate();
    return new Viewer(await Participant.join<SessionMedia>(options, () => new Reception(certificate)));
  }

  private constructor(participant: Participant<SessionMedia>) {
    this.#participant = participant;
    this.media = this.#reception?.came.then((came) => since(participant.startedAt, came));
  }

  get edgeId(): string {
    return this.#participant.session.edge?.id ?? '';
  }

  /** Tracks that its session began with. */
  get consumers(): number {
    return this.#participant.session.consumers.length;
  }

  /** Those of them that are pictures. */
  get videos(): number {
    return this.#participant.session.consumers.filter(({ kind }) => kind === TrackKind.VIDEO).length;
  }

  /** Those of them that it saw a frame of, over the session it has. */
  get videosSeen(): number {
    return this.#reception?.videosSeen ?? 0;
  }

  /** From opening the socket to the answer, of the attempt that was answered. */
  get joinMs(): number {
    return this.#participant.joinMs;
  }

  get fate(): Fate {
    return this.#participant;
  }

  /** How many attend, as it was told last. */
  get attendeeCount(): number | undefined {
    return this.#participant.attendeeCount;
  }

  get receivedBytes(): number {
    return this.#participant.receivedBytes;
  }

  /** The edges a track crosses to this viewer, the origin first. */
  async pathOf(trackId: string): Promise<string[]> {
    const { path } = await this.#participant.ask({ getTrackPath: { trackId } });
    return (path?.edges ?? []).map(({ id }) => id);
  }

  /** Rejects with a SignalError when the server does not confirm it. */
  leave(): Promise<void> {
    return this.#participant.leave();
  }

  /** Closes its connections, without a word to the server. */
  drop(): void {
    this.#participant.drop();
  }

  get #reception(): Reception | undefined {
    const { media } = this.#participant;
    return media instanceof Reception ? media : undefined;
  }
}

function since(startedAt: number, came: FirstMedia | Error): FirstMedia | Error {
  if (came instanceof Error) return came;
  return {
    connectedMs: came.connectedMs - startedAt,
    firstPacketMs: came.firstPacketMs - startedAt,
    firstFrameMs: came.firstFrameMs - startedAt,
  };
}
