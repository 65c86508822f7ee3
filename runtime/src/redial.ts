import { type ChannelOptions, type Client, connectivityState } from '@grpc/grpc-js';
import { channelOptions } from './grpc.ts';

/** A connection that takes longer than this is begun anew, ms. */
const connectWithinMs = 1_200;
/** What is called over the one before has an end of its own by then, ms. */
const formerEndsMs = 10_000;

/** Channel options of a client that may be made anew: it shares no connection with the one before. */
export const ownChannelOptions: ChannelOptions = { ...channelOptions, 'grpc.use_local_subchannel_pool': 1 };

/**
 * A gRPC client that begins its connection anew where that takes too long. TCP tries again later and later, so that an attempt
 * made while the network was cut would outlast the cut by seconds, and grpc-js waits as long as TCP does.
 */
export class Redial<C extends Client> implements Disposable {
  readonly #make: () => C;
  #client: C;
  /** Since when it has been connecting, by the calls that found it so, ms. */
  #connectingSince = performance.now();

  /** `make` uses {@link ownChannelOptions}. */
  constructor(make: () => C) {
    this.#make = make;
    this.#client = make();
  }

  /** What to call next. */
  get client(): C {
    const now = performance.now();
    if (this.#client.getChannel().getConnectivityState(false) !== connectivityState.CONNECTING) {
      this.#connectingSince = now;
    } else if (now - this.#connectingSince > connectWithinMs) {
      const former = this.#client;
      setTimeout(() => former.close(), formerEndsMs).unref();
      this.#client = this.#make();
      this.#connectingSince = now;
    }
    return this.#client;
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}
