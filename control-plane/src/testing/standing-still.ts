import { createServer, type Server, type Socket } from 'node:net';

/** What others see of a process that stands still: its host takes connections, and nobody answers. */
export class StandingStill implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  /** Connections so far. */
  taken = 0;

  /** Where nobody listens; without an address, anywhere. */
  static async at(address = '127.0.0.1:0'): Promise<StandingStill> {
    const { hostname, port } = new URL(`http://${address}`);
    const one = new StandingStill();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    one.#server.once('error', reject).listen(Number(port), hostname, resolve);
    await promise;
    return one;
  }

  private constructor() {
    this.#server = createServer((socket) => {
      this.taken += 1;
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    });
  }

  /** host:port. */
  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('it does not listen');
    return `${address.address}:${address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }
}
