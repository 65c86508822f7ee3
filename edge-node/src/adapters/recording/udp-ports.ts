import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { readTogether } from '@canopy/runtime/read-together';
import type { PortPair } from '../../app/ports/recording.ts';

const loopback = '127.0.0.1';
/** Linux's list of UDP sockets; their ports are in its second column, in hexadecimal. */
const socketTable = '/proc/net/udp';
const localPort = /^\s*\d+: [\dA-F]+:([\dA-F]{4}) /gm;
const mostAttempts = 50;

/** Pairs of ports on loopback (RFC 3550 §11). One that was handed out is nobody else's until it is given back: who got it needs a while to bind it. */
export class PortPairs {
  readonly #choose: () => Promise<number>;
  /** The even port of each. */
  readonly #held = new Set<number>();

  /** `choose`: gives some port. */
  constructor(choose: () => Promise<number> = anyPort) {
    this.#choose = choose;
  }

  async take(): Promise<PortPair> {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const chosen = await this.#choose();
      const even = chosen - (chosen % 2);
      if (this.#held.has(even)) continue;
      this.#held.add(even);
      const giveBack = () => this.#held.delete(even);
      if ((await isFree(even)) && (await isFree(even + 1))) return { port: even, [Symbol.dispose]: giveBack };
      giveBack();
    }
    throw new Error('no two ports in a row are free on loopback');
  }
}

/** Whether somebody has a port. Where the system tells it is not tried: that would take it from who is about to bind it. */
export async function isTaken(port: number): Promise<boolean> {
  if (!existsSync(socketTable)) return !(await isFree(port));
  return (await takenPorts(socketTable)).has(port);
}

/** Many may wait for their ports at once, on a machine with thousands of sockets: one reading answers all who ask meanwhile. */
const takenPorts = readTogether(async (table) => {
  const rows = (await readFile(table, 'utf8')).matchAll(localPort);
  return new Set([...rows].map(([, port = '']) => Number.parseInt(port, 16)));
});

/** One that the system says is free. */
async function anyPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, loopback);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
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
