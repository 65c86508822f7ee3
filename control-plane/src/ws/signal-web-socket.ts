import { type RawData, WebSocket } from 'ws';

/** What a socket tells whom it belongs to. */
export interface SocketListener {
  heard(data: RawData, isBinary: boolean): void;
  failed(error: Error): void;
  closed(): void;
}

/** A socket with one listener. All share the functions that `ws` calls: of ten thousand sockets, closures of their own would take more memory than what they tell. */
export class SignalWebSocket extends WebSocket {
  #listener: SocketListener | undefined;

  listen(listener: SocketListener): void {
    this.#listener = listener;
    this.on('message', heard);
    this.on('error', failed);
    this.on('close', closed);
  }

  get listener(): SocketListener | undefined {
    return this.#listener;
  }
}

function listenerOf(ws: WebSocket): SocketListener | undefined {
  return ws instanceof SignalWebSocket ? ws.listener : undefined;
}

function heard(this: WebSocket, data: RawData, isBinary: boolean): void {
  listenerOf(this)?.heard(data, isBinary);
}

function failed(this: WebSocket, error: Error): void {
  listenerOf(this)?.failed(error);
}

function closed(this: WebSocket): void {
  listenerOf(this)?.closed();
}
