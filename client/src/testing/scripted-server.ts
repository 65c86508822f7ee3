import { once } from 'node:events';
import { ClientMessage, type Reply, type ServerMessage } from '@canopy/proto/signal';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';

export type Answer = Omit<Reply, 'id'> | 'silence' | 'drop';
export type Script = (message: ClientMessage, socket: ServerSocket) => Answer;

export function send(socket: ServerSocket, message: ServerMessage): void {
  socket.send(JSON.stringify(message));
}

/** A real WebSocket server that answers as its script says, and remembers what it was asked. */
export class ScriptedServer implements Disposable {
  readonly url: string;
  readonly received: ClientMessage[] = [];
  readonly sockets: ServerSocket[] = [];
  readonly #server: WebSocketServer;

  static async start(script: Script): Promise<ScriptedServer> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    return new ScriptedServer(server, script);
  }

  private constructor(server: WebSocketServer, script: Script) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
    this.url = `ws://127.0.0.1:${address.port}/v1/signal`;
    this.#server = server;
    server.on('connection', (socket) => {
      this.sockets.push(socket);
      socket.on('message', (data: Buffer) =>
        this.#answer(script, ClientMessage.fromJSON(JSON.parse(data.toString())), socket),
      );
    });
  }

  latest(): ServerSocket | undefined {
    return this.sockets.at(-1);
  }

  [Symbol.dispose](): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #answer(script: Script, message: ClientMessage, socket: ServerSocket): void {
    this.received.push(message);
    const answer = script(message, socket);
    if (answer === 'drop') socket.terminate();
    else if (answer !== 'silence') send(socket, { reply: { id: message.id, ...answer } });
  }
}
