import { TrackSource } from '@canopy/proto/media';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { DecryptionFailure, DecryptionReport, FrameRoute, FromWorker } from './frame-processors.ts';
import { comparisonCode, meetingSecretOf, type Sender } from './meeting-key.ts';

export interface EncryptionView {
  /** Sound and pictures are encrypted from browser to browser. Decided at the join, for good. */
  readonly on: boolean;
  /** Eight digits of the key, for people to compare; null while there is no key. */
  readonly code: string | null;
  /** A key was given at the join, and its code is not known yet: a passphrase takes its time. */
  readonly deriving: boolean;
  /** Tracks that arrive and can't be decrypted, by id. */
  readonly failures: ReadonlyMap<string, DecryptionFailure>;
}

/** What puts itself between the network and the codecs of a session, before the first frame passes. */
export interface MediaEncryption {
  /** Nothing may be sent or received earlier: a worker that is not loaded yet misses what it is given. */
  readonly ready: Promise<void>;
  seal(sender: RTCRtpSender, source: TrackSource): void;
  open(receiver: RTCRtpReceiver, trackId: string): void;
}

export interface MeetingEncryptionOptions {
  on: boolean;
  /** As in the invitation link, or a passphrase. */
  key: string | undefined;
  meetingId: string;
  participantId: string;
  ownerOf(trackId: string): Sender | undefined;
}

/** Whether this browser can take part in meetings that are encrypted end to end: it lets pages see encoded frames, in a worker. */
export function canEncrypt(): boolean {
  return 'RTCRtpScriptTransform' in globalThis && globalThis.crypto?.subtle !== undefined;
}

/** Encryption from browser to browser (SFrame, RFC 9605): no server ever has the key. */
export class MeetingEncryption {
  readonly events = new Emitter<{ changed: EncryptionView }>();
  /** For the media of the meeting; undefined where nothing is encrypted. @internal */
  readonly media: MediaEncryption | undefined;
  readonly #meetingId: string;
  readonly #worker: Worker | undefined;
  #view: EncryptionView;

  constructor(options: MeetingEncryptionOptions) {
    const { on, key, meetingId } = options;
    this.#meetingId = meetingId;
    this.#view = { on, code: null, deriving: false, failures: new Map() };
    if (!on) return;
    if (!canEncrypt()) throw new CanopyError('ENCRYPTION_REQUIRED');
    const worker = new Worker(new URL('./frame-worker.ts', import.meta.url), { type: 'module' });
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    ready.catch((error: unknown) => console.warn('canopy: frames can not be encrypted', error));
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if ('ready' in data) resolve();
      else this.#reported(data);
    });
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    this.#worker = worker;
    this.media = mediaEncryption(worker, ready, options);
    if (key !== undefined) void this.#setFirstKey(key);
  }

  get view(): EncryptionView {
    return this.#view;
  }

  /** Another key, or the one that was missing: as in the invitation link, or a passphrase. Takes effect with the next frame. Rejects with BAD_REQUEST if it is too short. */
  async setKey(text: string): Promise<void> {
    const secret = await meetingSecretOf(text, this.#meetingId);
    this.#worker?.postMessage({ secret });
    this.#change({ code: await comparisonCode(secret), failures: new Map() });
  }

  /** The track is not received any more. */
  forget(trackId: string): void {
    if (this.#view.failures.has(trackId)) this.#reported({ trackId, failure: undefined });
  }

  close(): void {
    this.#worker?.terminate();
  }

  async #setFirstKey(key: string): Promise<void> {
    this.#change({ deriving: true });
    try {
      await this.setKey(key);
    } catch (error) {
      console.warn('canopy:', error);
    }
    this.#change({ deriving: false });
  }

  #reported({ trackId, failure }: DecryptionReport): void {
    const failures = new Map(this.#view.failures);
    if (failure === undefined) failures.delete(trackId);
    else failures.set(trackId, failure);
    this.#change({ failures });
  }

  #change(change: Partial<EncryptionView>): void {
    this.#view = { ...this.#view, ...change };
    this.events.emit('changed', this.#view);
  }
}

/** Of a track that ended meanwhile: nothing decrypts. */
const nobody: Sender = { participantId: '', source: TrackSource.UNSPECIFIED };

function mediaEncryption(
  worker: Worker,
  ready: Promise<void>,
  { participantId, ownerOf }: Pick<MeetingEncryptionOptions, 'participantId' | 'ownerOf'>,
): MediaEncryption {
  const transform = (route: FrameRoute) => new RTCRtpScriptTransform(worker, route);
  return {
    ready,
    seal: (sender, source) => {
      const kind = kindOf(sender.track);
      sender.transform = transform({ direction: 'send', kind, participantId, source, trackId: '' });
    },
    open: (receiver, trackId) => {
      const { participantId: owner, source } = ownerOf(trackId) ?? nobody;
      const kind = kindOf(receiver.track);
      receiver.transform = transform({ direction: 'receive', kind, trackId, participantId: owner, source });
    },
  };
}

function kindOf(track: MediaStreamTrack | null): 'audio' | 'video' {
  return track?.kind === 'audio' ? 'audio' : 'video';
}
