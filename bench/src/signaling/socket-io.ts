import { fileURLToPath } from 'node:url';
import { freePorts } from '@canopy/local-mesh';
import { LightSocket } from './light-socket.ts';
import { ServerProcess } from './server-process.ts';
import { answerOn, closeAll } from './sockets.ts';
import type { Subject } from './subject.ts';

const script = fileURLToPath(new URL('socket-io-server.ts', import.meta.url));

/** Packets of Engine.IO 4 and Socket.IO 5 (https://socket.io/docs/v4/socket-io-protocol/): its own client would cost the load generator more than the server that is measured. */
const packet = { ping: '2', pong: '3', connect: '40', event: '42' };

/** The peer: what most would take. */
export class SocketIo implements Subject {
  readonly name = 'socketIo';
  readonly server: ServerProcess;
  readonly #sockets: LightSocket[] = [];

  static async start(): Promise<SocketIo> {
    const [port = 0] = await freePorts(1);
    return new SocketIo(await ServerProcess.start({ args: [script, String(port)], port }));
  }

  private constructor(server: ServerProcess) {
    this.server = server;
  }

  async expect(): Promise<void> {
    // Anybody may come.
  }

  async enter(_number: number, hear: (message: Buffer) => void): Promise<void> {
    const socket = await LightSocket.open(
      `${this.server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
    );
    socket.on('message', (message: Buffer) => {
      if (message.toString('latin1', 0, 2) === packet.ping) socket.send(packet.pong);
      else hear(message);
    });
    const connected = answerOn(socket, (message) => message.toString('latin1', 0, 2) === packet.connect);
    socket.send(packet.connect);
    await connected;
    this.#sockets.push(socket);
  }

  async say(text: string): Promise<void> {
    this.#sockets[0]?.send(`${packet.event}${JSON.stringify(['chat', text])}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    closeAll(this.#sockets);
    await this.server[Symbol.asyncDispose]();
  }
}
