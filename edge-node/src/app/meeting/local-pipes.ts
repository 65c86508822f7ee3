import type { RtpParameters } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';
import { interleave } from '../../core/cascade/lanes.ts';
import { adopt } from '../adopt.ts';
import { once } from '../once.ts';
import type { MediaProducer, Pipe, PipeSender } from '../ports/media.ts';
import { keyOf, type MeetingRouters, type RouterLease, type RouterPlace } from './meeting-routers.ts';
import { MergedProducer } from './merged-producer.ts';
import { SplitProducer } from './split-producer.ts';

/** What a producer was made into, on another worker's router or on its own. */
export interface LocalCopy<Made = MediaProducer> {
  readonly producer: Made;
  release(): void;
}

interface Releasable {
  close(): void;
  onClosed(listener: () => void): void;
}

interface LocalPipe {
  near: Pipe;
  far: Pipe;
}

interface Entry {
  pipe: Promise<LocalPipe>;
  copies: number;
}

/** The pipes between the routers of one meeting: one per direction and pair of routers (or within one), opened by the first copy, closed with the last. */
export class LocalPipes {
  readonly #routers: MeetingRouters;
  readonly #entries = new Map<string, Entry>();

  constructor(routers: MeetingRouters) {
    this.#routers = routers;
  }

  /** The same on another router. It lives as long as its source. */
  copy(source: MediaProducer, from: RouterPlace, to: RouterPlace, paused: boolean): Promise<LocalCopy> {
    return this.#carry(from, to, async (pipe) => (await remake([source], pipe, paused)).producer);
  }

  /**
   * Both ways of a track, which arrive on one router, as ONE simulcast producer ({@link interleave}). It lives as long as one
   * of them does. Throws INVALID_MEDIA_PARAMETERS when they have not the same encodings.
   */
  merge(
    main: MediaProducer,
    spare: MediaProducer,
    from: RouterPlace,
    to: RouterPlace,
    paused: boolean,
  ): Promise<LocalCopy<MergedProducer>> {
    return this.#carry(from, to, async (pipe) => {
      const { producer, senders } = await remake([main, spare], pipe, paused);
      return new MergedProducer(producer, senders, from.workerIndex === to.workerIndex);
    });
  }

  /** The layers of a simulcast track as producers of their own, on the same router or another. */
  async split(
    source: MediaProducer,
    from: RouterPlace,
    to: RouterPlace,
    paused: boolean,
  ): Promise<LocalCopy<SplitProducer>> {
    return this.#carry(from, to, async ({ near, far }) => {
      const feeder = await near.send(source);
      return SplitProducer.open(feeder, (encoding) => {
        const rtpParameters = { ...feeder.rtpParameters, encodings: [{ ...encoding, scalabilityMode: undefined }] };
        return far.receive({ kind: source.kind, rtpParameters, paused });
      });
    });
  }

  /** Makes something at the far end of a pipe, which stays open as long as that does. */
  async #carry<Made extends Releasable>(
    from: RouterPlace,
    to: RouterPlace,
    make: (pipe: LocalPipe) => Promise<Made>,
  ): Promise<LocalCopy<Made>> {
    const key = `${keyOf(from)}>${keyOf(to)}`;
    const entry = this.#entries.get(key) ?? this.#open(key, from, to);
    entry.copies++;
    const leave = once(() => {
      entry.copies--;
      if (entry.copies === 0) this.#close(key, entry);
    });
    try {
      const producer = await make(await entry.pipe);
      producer.onClosed(leave);
      return { producer, release: () => producer.close() };
    } catch (error) {
      leave();
      throw error;
    }
  }

  #open(key: string, from: RouterPlace, to: RouterPlace): Entry {
    const entry: Entry = { pipe: this.#connect(from, to), copies: 0 };
    this.#entries.set(key, entry);
    const forget = () => this.#forget(key, entry);
    entry.pipe.then(({ near }) => near.onClosed(forget), forget);
    return entry;
  }

  async #connect(from: RouterPlace, to: RouterPlace): Promise<LocalPipe> {
    const undo = new DisposableStack();
    try {
      const source = await this.#routers.acquire(from);
      undo.defer(() => source.release());
      const target = await this.#routers.acquire(to);
      undo.defer(() => target.release());
      const open = async ({ router }: RouterLease) => {
        const pipe = await router.openPipe('local');
        adopt(undo, () => pipe.close());
        return pipe;
      };
      const [near, far] = await Promise.all([open(source), open(target)]);
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

/** One producer of one way or two. Where it can't be made, nothing is sent any more. */
async function remake(
  ways: readonly [MediaProducer, ...MediaProducer[]],
  { near, far }: LocalPipe,
  paused: boolean,
): Promise<{ producer: MediaProducer; senders: PipeSender[] }> {
  const undo = new DisposableStack();
  try {
    const send = async (way: MediaProducer) => {
      const sender = await near.send(way);
      adopt(undo, () => sender.close());
      return sender;
    };
    const senders = await Promise.all(ways.map(send));
    const producer = await far.receive({ kind: ways[0].kind, rtpParameters: parametersOf(senders), paused });
    for (const sender of senders) {
      sender.onClosed(() => {
        if (senders.every(({ closed }) => closed)) producer.close();
      });
    }
    const sending = undo.move();
    producer.onClosed(() => sending.dispose());
    return { producer, senders };
  } finally {
    undo.dispose();
  }
}

function parametersOf([main, spare]: readonly PipeSender[]): RtpParameters {
  if (main === undefined) throw new CanopyError('INTERNAL');
  if (spare === undefined) return main.rtpParameters;
  const encodings = interleave(main.rtpParameters.encodings, spare.rtpParameters.encodings);
  if (encodings === undefined) throw new CanopyError('INVALID_MEDIA_PARAMETERS');
  return { ...main.rtpParameters, encodings };
}
