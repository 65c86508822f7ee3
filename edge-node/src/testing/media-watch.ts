import { observer, type types } from 'mediasoup';

/** What mediasoup makes in this process from now on, for what no port tells: which layer a consumer sends, what a producer has asked for. */
export class MediaWatch {
  readonly #producers = new Map<string, types.Producer[]>();
  readonly #consumers = new Map<string, types.Consumer>();

  constructor() {
    observer.on('newworker', (worker) =>
      worker.observer.on('newrouter', (router) =>
        router.observer.on('newtransport', (transport) => this.#watch(transport)),
      ),
    );
  }

  /** Throws when there is none. */
  consumer(id: string | undefined): types.Consumer {
    const consumer = this.#consumers.get(id ?? '');
    if (consumer === undefined) throw new Error('there is no such consumer');
    return consumer;
  }

  /** Requests for keyframes, and for lost packets, that a producer has sent, of all its streams. */
  async requestsOf(producerId: string | undefined): Promise<{ keyFrames: number; losses: number }> {
    const producers = this.#producers.get(producerId ?? '') ?? [];
    const stats = (await Promise.all(producers.map((producer) => producer.getStats()))).flat();
    return {
      keyFrames: stats.reduce((sum, { pliCount }) => sum + pliCount, 0),
      losses: stats.reduce((sum, { nackCount }) => sum + nackCount, 0),
    };
  }

  #watch(transport: types.Transport): void {
    transport.observer.on('newproducer', (producer) => {
      this.#producers.set(producer.id, [...(this.#producers.get(producer.id) ?? []), producer]);
    });
    transport.observer.on('newconsumer', (consumer) => this.#consumers.set(consumer.id, consumer));
  }
}
