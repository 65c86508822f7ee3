import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const loopback = '127.0.0.1';

/** An even port that, with the one after it, is free for UDP on loopback just now (RFC 3550 §11). */
export async function freePortPair(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const socket = createSocket('udp4');
    socket.bind(0, loopback);
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    const even = port - (port % 2);
    if ((await isFree(even)) && (await isFree(even + 1))) return even;
  }
  throw new Error('no two ports in a row are free on loopback');
}

export async function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  socket.bind(port, loopback);
  try {
    await once(socket, 'listening');
    return true;
  } catch {
    return false; // Somebody has it: that is the answer.
  } finally {
    socket.close();
  }
}
