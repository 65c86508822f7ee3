import type { MediaProducer, Pipe } from '../ports/media.ts';
import type { MeetingRouters } from './meeting-routers.ts';

/** A copy of a producer on another worker's router. */
export interface LocalCopy {
  readonly producer: MediaProducer;
  release(): void;
}

interface LocalPipe {
  near: Pipe;
  far: Pipe;
}

interface Entry {
  pipe: Promise<LocalPipe>;
  copies: number;
}

/** The pipes between the routers of one meeting: one per direction and pair of workers, opened by the first copy, closed with the last. */
export class LocalPipes {
  readonly #routers: MeetingRouters;
  readonly #entries = new Map<string, Entry>();

  constructor(routers: MeetingRouters) {
    this.#routers = routers;
  }

  async copy(source: MediaProducer, fromWorker: number, toWorker: number, paused: boolean): Promise<LocalCopy> {
    const key = `${fromWorker}>${toWorker}`;
    const entry = this.#entries.get(key) ?? this.#open(key, fromWorker, toWorker);
    entry.copies++;
    const leave = once(() => {
      entry.copies--;
      if (entry.copies === 0) this.#close(key, entry);
    });
    try {
      const { near, far } = await entry.pipe;
      const sender = await near.send(source);
      const producer = await far.receive({ kind: source.kind, rtpParameters: sender.rtpParameters, paused });
      sender.onClosed(() => producer.close());
      producer.onClosed(() => {
        sender.close();
        leave();
      });
      return { producer, release: () => producer.close() };
    } catch (error) {
      leave();
      throw error;
    }
  }

  #open(key: string, fromWorker: number, toWorker: number): Entry {
    const entry: Entry = { pipe: this.#connect(fromWorker, toWorker), copies: 0 };
    this.#entries.set(key, entry);
    const forget = () => this.#forget(key, entry);
    entry.pipe.then(({ near }) => near.onClosed(forget), forget);
    return entry;
  }

  async #connect(fromWorker: number, toWorker: number): Promise<LocalPipe> {
    const undo = new DisposableStack();
    try {
      const from = await this.#routers.acquire(fromWorker);
      undo.defer(() => from.release());
      const to = await this.#routers.acquire(toWorker);
      undo.defer(() => to.release());
      const near = await from.router.openPipe('local');
      undo.defer(() => near.close());
      const far = await to.router.openPipe('local');
      undo.defer(() => far.close());
      await Promise.all([near.connect(far.endpoint), far.connect(near.endpoint)]);
      const owned = undo.move();
      const closeBoth = once(() => owned.dispose());
      near.onClosed(closeBoth);
      far.onClosed(closeBoth);
      return { near, far };
    } finally {
      undo.dispose();
    }
  }

  #close(key: string, entry: Entry): void {
    this.#forget(key, entry);
    entry.pipe.then(
      ({ near }) => near.close(),
      () => undefined,
    );
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
