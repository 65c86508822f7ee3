import { WebSocket } from 'ws';
import { Refused, Unreached } from './subject.ts';

/** As long as the SDK waits. */
const handshakeTimeoutMs = 8_000;

/** A WebSocket that costs the load generator little. Rejects when it can't be opened: with {@link Refused} if the server says so, else with {@link Unreached}. */
export async function openSocket(url: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, {
    headers,
    perMessageDeflate: false,
    skipUTF8Validation: true,
    handshakeTimeout: handshakeTimeoutMs,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.on('unexpected-response', (_request, { statusCode, headers }) => {
      reject(new Refused(`HTTP ${statusCode}`, Number(headers['retry-after'] ?? 1) * 1_000));
      socket.terminate();
    });
    socket.on('error', (error) => {
      reject(new Unreached(error.message));
      socket.terminate();
    });
  });
  return socket;
}

/** Resolves with the first message that `isIt` says is the one. Rejects with {@link Unreached} when the socket closes before. */
export function answerOn(socket: WebSocket, isIt: (message: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      socket.off('message', heard);
      socket.off('close', closed);
      act();
    };
    const heard = (message: Buffer) => {
      if (isIt(message)) settle(() => resolve(message));
    };
    const closed = (code: number) => settle(() => reject(new Unreached(`the socket was closed: ${code}`)));
    socket.on('message', heard);
    socket.on('close', closed);
  });
}

export function closeAll(sockets: readonly WebSocket[]): void {
  for (const socket of sockets) socket.terminate();
}
