import { connect, createServer, type Server, type Socket } from 'node:net';

/** Of URLs that name none. */
const defaultPorts: Readonly<Record<string, number>> = {
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
  'nats:': 4222,
};

/** A gate in front of a service: closed, connections break and new ones are refused; frozen, they stay open and nothing answers. */
export class Gate implements AsyncDisposable {
  readonly #host: string;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #listenPort = 0;
  /** Of whatever passes over connections made from now on, each way. */
  delayMs = 0;

  private constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  /** Returns the gate and the URL that leads through it. */
  static async before(serviceUrl: string): Promise<{ gate: Gate; url: string }> {
    const url = new URL(serviceUrl);
    const gate = new Gate(url.hostname, Number(url.port) || (defaultPorts[url.protocol] ?? 0));
    await gate.open();
    url.hostname = '127.0.0.1';
    url.port = String(gate.#listenPort);
    return { gate, url: url.href };
  }

  async open(): Promise<void> {
    const server = createServer((near) => this.#pass(near));
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(this.#listenPort, '127.0.0.1', resolve);
    await promise;
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#listenPort = address.port;
    this.#server = server;
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server?.close(() => resolve());
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }

  freeze(): void {
    for (const socket of this.#sockets) socket.pause();
  }

  thaw(): void {
    for (const socket of this.#sockets) socket.resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server?.listening === true) await this.close();
  }

  #pass(near: Socket): void {
    const far = connect(this.#port, this.#host);
    const { delayMs } = this;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (data) => {
        if (delayMs === 0) to.write(data);
        else setTimeout(() => to.write(data), delayMs);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
