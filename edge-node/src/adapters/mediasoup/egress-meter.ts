/** What is asked of a mediasoup transport. */
export interface MeasuredTransport {
  readonly id: string;
  readonly closed: boolean;
  getStats(): Promise<readonly unknown[]>;
}

/** Transports asked per sample: asking each of thousands every second would itself be load. */
const perSample = 64;

/** bit/s that leave over a set of transports. Each is asked in its turn; between, its last value counts, and before, the mean of the others. */
export class EgressMeter {
  readonly #bps = new Map<string, number>();
  #next = 0;
  #present = 0;

  get totalBps(): number {
    const asked = this.#bps.size;
    const sum = [...this.#bps.values()].reduce((all, bps) => all + bps, 0);
    return asked === 0 ? 0 : Math.round((sum * this.#present) / asked);
  }

  async sample(transports: readonly MeasuredTransport[]): Promise<void> {
    const present = new Set(transports.map(({ id }) => id));
    this.#present = present.size;
    for (const id of this.#bps.keys()) if (!present.has(id)) this.#bps.delete(id);
    const count = Math.min(perSample, transports.length);
    const from = this.#next;
    this.#next = transports.length === 0 ? 0 : (from + count) % transports.length;
    await Promise.all(
      Array.from({ length: count }, (_, offset) => this.#ask(transports[(from + offset) % transports.length])),
    );
  }

  async #ask(transport: MeasuredTransport | undefined): Promise<void> {
    if (transport === undefined || transport.closed) return;
    const [stats] = await transport.getStats();
    if (!transport.closed && isTransportStats(stats)) this.#bps.set(transport.id, stats.sendBitrate);
  }
}

function isTransportStats(stats: unknown): stats is { sendBitrate: number } {
  return typeof stats === 'object' && stats !== null && 'sendBitrate' in stats && typeof stats.sendBitrate === 'number';
}
