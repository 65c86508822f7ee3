import { clearBytes } from './clear-bytes.ts';
import { FailureCount } from './failure-count.ts';
import { FrameOpener } from './frame-opener.ts';
import { FrameSealer } from './frame-sealer.ts';
import { type Sender, senderKey } from './meeting-key.ts';
import { SenderHistory } from './sender-history.ts';

/** What the worker is told of a sender or receiver whose frames it gets. */
export interface FrameRoute extends Sender {
  direction: 'send' | 'receive';
  kind: 'audio' | 'video';
  trackId: string;
}

/** Frames of a track that could not be decrypted. */
export interface DecryptionFailure {
  /** This participant has no key yet; they were encrypted with another one, or changed on their way; they came before; or they are not encrypted. */
  reason: 'key-missing' | 'other-key' | 'replayed' | 'malformed';
  /** How many so far. */
  frames: number;
}

/** What the worker tells: a track can't be decrypted, or can again. */
export interface DecryptionReport {
  trackId: string;
  failure: DecryptionFailure | undefined;
}

export type FromWorker = { ready: true } | DecryptionReport;

/** An encoded frame as browsers hand it over (https://www.w3.org/TR/webrtc-encoded-transform/). */
export interface EncodedFrame {
  data: ArrayBuffer;
}

/** Changes a frame in place. False: it must not go on. */
export type FrameProcessor = (frame: EncodedFrame) => Promise<boolean>;

/** Makes the processors of a meeting's frames, all with the key that is current when a frame passes. */
export class FrameProcessors {
  readonly #report: (report: DecryptionReport) => void;
  readonly #histories = new Map<string, SenderHistory>();
  #secret: CryptoKey | undefined;

  constructor(report: (report: DecryptionReport) => void) {
    this.#report = report;
  }

  /** From now on, for those that exist already too. */
  setSecret(secret: CryptoKey): void {
    this.#secret = secret;
  }

  for(route: FrameRoute): FrameProcessor {
    return route.direction === 'send' ? this.#sending(route) : this.#receiving(route);
  }

  /** Without a key nothing leaves. */
  #sending(route: FrameRoute): FrameProcessor {
    const sealerOf = withCurrent((secret) => new FrameSealer(senderKey(secret, route)));
    return async (frame) => {
      if (this.#secret === undefined) return false;
      const data = new Uint8Array(frame.data);
      frame.data = (await sealerOf(this.#secret).seal(data, clearBytes(route.kind, data))).buffer;
      return true;
    };
  }

  #receiving(route: FrameRoute): FrameProcessor {
    const { trackId, kind } = route;
    const history = this.#historyOf(route);
    const openerOf = withCurrent(
      (secret) => new FrameOpener({ baseKey: senderKey(secret, route), history, mayRepeat: kind === 'video' }),
    );
    const failures = new FailureCount<DecryptionFailure['reason']>();
    return async (frame) => {
      const data = new Uint8Array(frame.data);
      const secret = this.#secret;
      const opened = secret === undefined ? 'key-missing' : await openerOf(secret).open(data, clearBytes(kind, data));
      if (typeof opened === 'string') {
        const failure = failures.failed(opened);
        if (failure !== undefined) this.#report({ trackId, failure });
        return false;
      }
      if (failures.succeeded()) this.#report({ trackId, failure: undefined });
      frame.data = opened.buffer;
      return true;
    };
  }

  #historyOf({ participantId, source }: Sender): SenderHistory {
    const name = `${source} ${participantId}`;
    const history = this.#histories.get(name) ?? new SenderHistory();
    this.#histories.set(name, history);
    return history;
  }
}

/** What is made of the current secret, anew when there is another one. */
function withCurrent<T>(make: (secret: CryptoKey) => T): (secret: CryptoKey) => T {
  let made: { of: CryptoKey; value: T } | undefined;
  return (secret) => {
    if (made?.of !== secret) made = { of: secret, value: make(secret) };
    return made.value;
  };
}
