import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { headerBytes, type StunRequest } from './stun.ts';

/** A way to somebody who speaks STUN. One thing is asked at a time. */
export interface StunPath extends Disposable {
  /** The answer; undefined: none came. */
  ask(request: StunRequest): Promise<Buffer | undefined>;
}

const tries = 5;
const betweenTriesMs = 400;
const patienceMs = 3_000;

/** Packets are lost: what is not answered is sent again. */
export function overUdp(host: string, port: number): StunPath {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  // Of a host that is not there or refuses, nothing is heard either.
  socket.on('error', () => {});
  return {
    async ask({ packet, isAnswer }) {
      const over = new AbortController();
      const { signal } = over;
      let answer: Buffer | undefined;
      const hear = (message: Buffer) => {
        if (!isAnswer(message)) return;
        answer = message;
        over.abort();
      };
      socket.on('message', hear);
      for (let attempt = 0; attempt < tries && !signal.aborted; attempt++) {
        socket.send(packet, port, host, () => {});
        await delay(betweenTriesMs, undefined, { signal }).catch(() => undefined);
      }
      socket.off('message', hear);
      return answer;
    },
    [Symbol.dispose]: () => void socket.close(),
  };
}

/** Rejects where nobody takes the connection, or shows a certificate that is not good for `host`. */
export async function overTcp(host: string, port: number, secure: boolean): Promise<StunPath> {
  // An address is no name that a server could be asked for.
  const servername = isIP(host) === 0 ? host : '';
  const socket = secure ? connectTls({ host, port, servername }) : connectTcp({ host, port });
  try {
    await once(socket, secure ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(patienceMs) });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  // What breaks from now on is an answer that does not come.
  socket.on('error', () => {});
  return {
    async ask({ packet, isAnswer }) {
      socket.write(packet);
      for await (const message of messagesOf(socket, AbortSignal.timeout(patienceMs)))
        if (isAnswer(message)) return message;
      return undefined;
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** A stream says how long each message is. */
async function* messagesOf(socket: Socket, signal: AbortSignal): AsyncGenerator<Buffer> {
  let received = Buffer.alloc(0);
  try {
    for (;;) {
      const [chunk]: Buffer[] = await once(socket, 'data', { signal });
      received = Buffer.concat([received, chunk ?? Buffer.alloc(0)]);
      while (received.length >= headerBytes) {
        const length = headerBytes + received.readUInt16BE(2);
        if (received.length < length) break;
        yield received.subarray(0, length);
        received = received.subarray(length);
      }
    }
  } catch {
    // Its time is over, or the connection is.
  }
}
