/** What is asked of a mediasoup transport. */
export interface MeasuredTransport {
  readonly id: string;
  /** `pipe`: a link to another edge. */
  readonly type: string;
  readonly closed: boolean;
  getStats(): Promise<readonly unknown[]>;
}

/** Each client's transport is asked again after so many samples: to ask one takes some 30 µs, so that thousands each second would themselves be load. */
const samplesOfRound = 5;
/** So many are asked in every sample. */
const fewTransports = 64;

interface Asked {
  isLink: boolean;
  inSample: number;
  /** Undefined until it answers. */
  bps: number | undefined;
}

/**
 * bit/s that leave over a set of transports. Links are asked in every sample, for each may carry as much as a hall full of
 * viewers; clients' transports in their turn. Between, the last value counts, and before, the mean of other clients'.
 */
export class EgressMeter {
  readonly #asked = new Map<string, Asked>();
  #samples = 0;
  #clients = 0;

  get totalBps(): number {
    const clients = this.#known(false);
    const ofClients = clients.length === 0 ? 0 : (sum(clients) * this.#clients) / clients.length;
    return Math.round(sum(this.#known(true)) + ofClients);
  }

  async sample(transports: readonly MeasuredTransport[]): Promise<void> {
    const present = new Set(transports.map(({ id }) => id));
    for (const id of this.#asked.keys()) if (!present.has(id)) this.#asked.delete(id);
    const links = transports.filter(isLink);
    const clients = transports.filter((transport) => !isLink(transport));
    this.#clients = clients.length;
    this.#samples += 1;
    const count = Math.max(fewTransports, Math.ceil(clients.length / samplesOfRound));
    await Promise.all([...links, ...this.#askedLongestAgo(clients, count)].map((transport) => this.#ask(transport)));
  }

  #known(areLinks: boolean): number[] {
    return [...this.#asked.values()].flatMap(({ isLink, bps }) => (isLink === areLinks ? (bps ?? []) : []));
  }

  #askedLongestAgo(transports: readonly MeasuredTransport[], count: number): MeasuredTransport[] {
    const asked = ({ id }: MeasuredTransport) => this.#asked.get(id)?.inSample ?? 0;
    return transports.toSorted((a, b) => asked(a) - asked(b)).slice(0, count);
  }

  async #ask(transport: MeasuredTransport): Promise<void> {
    const { id, closed } = transport;
    if (closed) return;
    const bps = this.#asked.get(id)?.bps;
    this.#asked.set(id, { isLink: isLink(transport), inSample: this.#samples, bps });
    const [stats] = await transport.getStats();
    const latest = this.#asked.get(id);
    if (latest !== undefined && isTransportStats(stats)) latest.bps = stats.sendBitrate;
  }
}

function isLink({ type }: MeasuredTransport): boolean {
  return type === 'pipe';
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function isTransportStats(stats: unknown): stats is { sendBitrate: number } {
  return typeof stats === 'object' && stats !== null && 'sendBitrate' in stats && typeof stats.sendBitrate === 'number';
}
