import { connect, createServer, type Server, type Socket } from 'node:net';

/** Of URLs that name none. */
const defaultPorts: Readonly<Record<string, number>> = {
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
  'nats:': 4222,
};

/** A gate in front of a service: closed, connections break and new ones are refused; frozen, those there are stay open and nothing answers; silent, that is so of new ones too, and neither end hears that the other has closed one. */
export class Gate implements AsyncDisposable {
  readonly #host: string;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  /** While it is silent: what passes when it is not any more. */
  #held: (() => void)[] | undefined;
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

  /** As if every packet were dropped. */
  silence(): void {
    this.#held ??= [];
    this.freeze();
  }

  /** Ends both. What was sent meanwhile comes now, and new connections are made. */
  thaw(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const socket of this.#sockets) socket.resume();
    for (const pass of held) pass();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server?.listening === true) await this.close();
  }

  /** Now, or when the gate is not silent any more. */
  #letPass(pass: () => void): void {
    if (this.#held === undefined) pass();
    else this.#held.push(pass);
  }

  #pass(near: Socket): void {
    this.#keep(near);
    this.#letPass(() => {
      if (!near.destroyed) this.#join(near, this.#keep(connect(this.#port, this.#host)));
    });
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    // After an error it is closed.
    return socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
  }

  #join(near: Socket, far: Socket): void {
    const { delayMs } = this;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (data) => {
        if (delayMs === 0) to.write(data);
        else setTimeout(() => to.write(data), delayMs);
      });
      from.on('close', () => this.#letPass(() => to.destroy()));
    }
  }
}
