import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Ports that nobody takes by accident between the choice and its use: below those that mediasoup chooses from (10000 on) and
 * that Linux gives to outgoing connections (ip_local_port_range, 32768 on).
 */
const range = { from: 5_000, to: 9_999 };
/** The web app's port by default is left to whoever asks for it; `fetch` refuses the others (https://fetch.spec.whatwg.org/#port-blocking). */
const reserved = new Set([8_080, 5_060, 5_061, 6_000, 6_566, 6_665, 6_666, 6_667, 6_668, 6_669, 6_679, 6_697]);

/** Of whoever asked before in this process, and may not listen there yet. */
const given = new Set<number>();

/** `count` different TCP ports of 127.0.0.1 that nobody listens on, and nobody else of this process was given. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(range.from, range.to + 1);
    if (reserved.has(port) || given.has(port)) continue;
    keepPort(port);
    if (!(await isPortTaken(port))) ports.push(port);
  }
  return ports;
}

/** Leaves a port to whoever has chosen it: it is given to nobody. */
export function keepPort(port: number): void {
  given.add(port);
}

/** Whether somebody listens on a TCP port of 127.0.0.1. */
export async function isPortTaken(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return false;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return true;
    throw error;
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
}
