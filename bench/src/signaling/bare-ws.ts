import { fileURLToPath } from 'node:url';
import { freePorts } from '@canopy/local-mesh';
import { LightSocket } from './light-socket.ts';
import { ServerProcess } from './server-process.ts';
import { closeAll } from './sockets.ts';
import type { Subject } from './subject.ts';

const script = fileURLToPath(new URL('bare-ws-server.ts', import.meta.url));

/** The bound: sockets, and a loop that sends to all. */
export class BareWs implements Subject {
  readonly name = 'ws';
  readonly server: ServerProcess;
  readonly #sockets: LightSocket[] = [];

  static async start(): Promise<BareWs> {
    const [port = 0] = await freePorts(1);
    return new BareWs(await ServerProcess.start({ args: [script, String(port)], port }));
  }

  private constructor(server: ServerProcess) {
    this.server = server;
  }

  async expect(): Promise<void> {
    // Anybody may come.
  }

  async enter(_number: number, hear: (message: Buffer) => void): Promise<void> {
    const socket = await LightSocket.open(this.server.url.replace('http', 'ws'));
    socket.on('message', hear);
    this.#sockets.push(socket);
  }

  async say(text: string): Promise<void> {
    this.#sockets[0]?.send(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    closeAll(this.#sockets);
    await this.server[Symbol.asyncDispose]();
  }
}
