import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const loopback = '127.0.0.1';
/** Linux's list of UDP sockets; their ports are in its second column, in hexadecimal. */
const socketTable = '/proc/net/udp';

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

/** Whether somebody has a port. Where the system tells it is not tried: that would take it from who is about to bind it. */
export async function isTaken(port: number): Promise<boolean> {
  if (!existsSync(socketTable)) return !(await isFree(port));
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = (await readFile(socketTable, 'utf8')).split('\n').slice(1);
  return rows.some((row) => row.trim().split(/\s+/)[1]?.endsWith(ending));
}

async function isFree(port: number): Promise<boolean> {
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
