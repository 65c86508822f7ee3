import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { StartError } from './start-error.ts';

/**
 * Ports that nobody takes by accident between the choice and its use: below those that mediasoup chooses from (10000 on) and
 * that Linux gives to outgoing connections (ip_local_port_range, 32768 on).
 */
const range = { from: 5_000, to: 9_999 };
/** Above 1023; browsers and `fetch` refuse them (https://fetch.spec.whatwg.org/#port-blocking). */
const blocked: ReadonlySet<number> = new Set([
  1_719, 1_720, 1_723, 2_049, 3_659, 4_045, 4_190, 5_060, 5_061, 6_000, 6_566, 6_665, 6_666, 6_667, 6_668, 6_669, 6_679,
  6_697, 10_080,
]);
/** The web app's by default is left to whoever asks for it. */
const webPort = 8_080;

/** Of whoever asked before in this process, and may not listen there yet. */
const given = new Set<number>();

/** `count` different TCP ports of 127.0.0.1 that nobody listens on, and nobody else of this process was given. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(range.from, range.to + 1);
    if (port === webPort || isBlocked(port) || given.has(port)) continue;
    keepPort(port);
    if (!(await isPortTaken(port))) ports.push(port);
  }
  return ports;
}

/** Leaves a port to whoever has chosen it: it is given to nobody. */
export function keepPort(port: number): void {
  given.add(port);
}

/** Whether browsers refuse to ask a port, of those that anybody may listen on. */
export function isBlocked(port: number): boolean {
  return blocked.has(port);
}

/** Whether somebody listens on a TCP port of 127.0.0.1. Errors: a StartError where this user may not listen there. */
export async function isPortTaken(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return false;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'EADDRINUSE') return true;
    if (error.code === 'EACCES') throw new StartError(`This user may not listen on port ${port}: choose another.`);
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
