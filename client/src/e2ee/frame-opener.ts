import type { SenderHistory } from './sender-history.ts';
import { RecentFrames } from './sender-history.ts';
import { decodeHeader } from './sframe-header.ts';
import { concat, SFrameKey } from './sframe-key.ts';

/** Why a frame is not shown: it was encrypted with another key (or changed on its way), came before, or is no encrypted frame. */
type Refusal = 'other-key' | 'replayed' | 'malformed';

/** Keys kept, of those that frames named lately. */
const mostKeys = 8;

interface KnownKey {
  key: Promise<SFrameKey>;
  recent: RecentFrames;
}

export interface FrameOpenerOptions {
  baseKey: Promise<Uint8Array<ArrayBuffer>>;
  /** Of this sender, shared by all that receive it here. */
  history: SenderHistory;
  /** Whether a frame may come again shortly after: a video that changes to another way through the mesh begins there with a key frame that was shown already. */
  mayRepeat: boolean;
}

/** Decrypts what one receiver gets of one sender. */
export class FrameOpener {
  readonly #options: FrameOpenerOptions;
  readonly #keys = new Map<bigint, KnownKey>();

  constructor(options: FrameOpenerOptions) {
    this.#options = options;
  }

  /** @param clear bytes at the beginning that stayed readable */
  async open(frame: Uint8Array<ArrayBuffer>, clear: number): Promise<Uint8Array<ArrayBuffer> | Refusal> {
    const { history, mayRepeat } = this.#options;
    const sealed = frame.subarray(clear);
    const header = decodeHeader(sealed);
    if (header === undefined) return 'malformed';
    const counter = Number(header.counter);
    const { key, recent } = this.#keyOf(header.keyId);
    if (history.isStale(header.keyId, counter) || (!mayRepeat && recent.has(counter))) return 'replayed';
    const metadata = frame.subarray(0, clear);
    const opened = await (await key).decrypt(header, sealed, metadata);
    if (opened === undefined) return 'other-key';
    history.saw(header.keyId, counter);
    recent.add(counter);
    return concat(metadata, opened);
  }

  #keyOf(keyId: bigint): KnownKey {
    const { baseKey } = this.#options;
    const known = this.#keys.get(keyId) ?? {
      key: baseKey.then((base) => SFrameKey.derive(base, keyId)),
      recent: new RecentFrames(),
    };
    this.#keys.delete(keyId);
    this.#keys.set(keyId, known);
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > mostKeys && oldest !== undefined) this.#keys.delete(oldest);
    return known;
  }
}
