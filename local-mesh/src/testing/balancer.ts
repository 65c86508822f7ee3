import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Replica } from '../mesh/replica.ts';
import { answersOk } from '../processes/probes.ts';

const lookEveryMs = 250;
const answerTimeoutMs = 500;

/** Where a replica is reached. */
export type Reached = Pick<Replica, 'url'>;

/** What stands in front of the replicas wherever there is more than one: takes each connection to one that accepts it, those that answered `/healthz` lately first. */
export class Balancer implements AsyncDisposable {
  readonly url: string;
  /** Takes the next connections as long as it accepts any, well or not; undefined: each replica in turn. */
  preferred: Reached | undefined;
  readonly #server: Server;
  readonly #replicas: readonly Reached[];
  readonly #unwell = new Set<Reached>();
  readonly #sockets = new Set<Socket>();
  readonly #looking: NodeJS.Timeout;
  #turn = 0;

  static async start(replicas: readonly Reached[]): Promise<Balancer> {
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', 1_024, resolve);
    });
    return new Balancer(server, replicas);
  }

  private constructor(server: Server, replicas: readonly Reached[]) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the balancer has no port');
    this.url = `http://127.0.0.1:${address.port}`;
    this.#server = server;
    this.#replicas = replicas;
    server.on('connection', (client) => this.#take(client, this.#order()));
    this.#looking = setInterval(() => {
      for (const replica of replicas) void this.#look(replica);
    }, lookEveryMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#looking);
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  #order(): Reached[] {
    this.#turn += 1;
    const rotated = this.#replicas.map((_, index, all) => all[(index + this.#turn) % all.length] as Reached);
    const rank = (replica: Reached) => (replica === this.preferred ? 0 : this.#unwell.has(replica) ? 2 : 1);
    return rotated.sort((a, b) => rank(a) - rank(b));
  }

  #take(client: Socket, [replica, ...others]: readonly Reached[]): void {
    if (replica === undefined) {
      client.destroy();
      return;
    }
    const { hostname, port } = new URL(replica.url);
    const upstream = this.#keep(connect(Number(port), hostname));
    const next = () => this.#take(client, others);
    upstream.once('error', next);
    upstream.once('connect', () => {
      upstream.off('error', next);
      join(this.#keep(client), upstream);
    });
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.once('close', () => this.#sockets.delete(socket));
  }

  async #look(replica: Reached): Promise<void> {
    if (await answersOk(`${replica.url}/healthz`, AbortSignal.timeout(answerTimeoutMs))) this.#unwell.delete(replica);
    else this.#unwell.add(replica);
  }
}

/** What one side says the other hears; when one ends, so does the other. */
function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.setNoDelay();
    from.on('error', () => to.destroy()); // Reset: the other side is told by the end of its own connection.
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
}
