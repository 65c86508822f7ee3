import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CanopyError, type ErrorCode, errorClass } from '@canopy/runtime/errors';
import { type WebSocket, WebSocketServer } from 'ws';
import { closeCode } from './encoding.ts';
import { SignalWebSocket } from './signal-web-socket.ts';
import { SignalSocket, type SocketDeps } from './socket.ts';
import { SocketsBySite } from './sockets-by-site.ts';

export interface SignalServerDeps extends Omit<SocketDeps, 'onClosed' | 'onEnded'> {
  /** The client's address, freed of trusted proxies. */
  addressOf(request: IncomingMessage): string;
  originAllowed(request: IncomingMessage): boolean;
  /** Throws RATE_LIMITED when this address opens too many connections. */
  admit(address: string): Promise<void>;
  /** Connections that one address may have open here at once: of IPv6, a /64. */
  mostPerAddress: number;
  /** Whether what clients say of their place is heeded. */
  clientsBelieved: boolean;
  /** A connection was asked for: it was let in, or refused with that code. */
  onHandshake?(result: 'ok' | ErrorCode): void;
}

const signalPath = '/v1/signal';
/** Handshakes under way at once: where more are, this replica is behind with everything, and each costs it more than a refusal. */
const mostGreeting = 1_000;
const busyRetryMs = 3_000;
/** Sockets are pinged in so many groups, one after the other: all at once, ten thousand pings would hold up everything else. */
const pingGroups = 20;

/** Signaling over WebSocket, on the upgrades of an HTTP server. Owns its sockets. */
export class SignalServer {
  readonly #deps: SignalServerDeps;
  readonly #socketDeps: SocketDeps;
  readonly #groups = Array.from({ length: pingGroups }, () => new Set<SignalSocket>());
  readonly #sites: SocketsBySite;
  #opened = 0;
  #greeting = 0;
  readonly #server: InstanceType<typeof WebSocketServer<typeof SignalWebSocket>>;
  readonly #stopPinging: () => void;
  readonly #upgradeFailed = (error: Error) => this.#deps.logger.debug({ err: error }, 'an upgrade failed');
  #stopping = false;

  constructor(deps: SignalServerDeps) {
    this.#deps = deps;
    this.#sites = new SocketsBySite(deps.mostPerAddress);
    const forget = (socket: SignalSocket) => this.#groups.some((group) => group.delete(socket));
    const leave = (address: string) => this.#sites.leave(address);
    this.#socketDeps = { ...deps, onClosed: leave, onEnded: forget };
    // Twice the limit is still read, so that a message that is too large gets its coded answer.
    const maxPayload = 2 * deps.limits.maxMessageBytes;
    const plain = { noServer: true, perMessageDeflate: false, clientTracking: false };
    this.#server = new WebSocketServer({ ...plain, maxPayload, WebSocket: SignalWebSocket });
    let turn = 0;
    this.#stopPinging = deps.clock.every(deps.limits.pingEveryMs / pingGroups, () => {
      for (const socket of this.#group(turn++)) socket.checkAlive();
    });
  }

  get connections(): number {
    return this.#groups.reduce((sum, group) => sum + group.size, 0);
  }

  listen(http: Server): void {
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', this.#upgradeFailed);
      this.#upgrade(request, socket, head).catch((error: unknown) => this.#turnAway(socket, CanopyError.from(error)));
    });
  }

  /** Says goodbye to everybody; they resume on another replica. Resolves when what was under way is done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stopPinging();
    const sockets = this.#groups.flatMap((group) => [...group]);
    for (const socket of sockets) socket.dismiss();
    await Promise.all(sockets.map((socket) => socket.settled()));
    this.#server.close();
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (URL.parse(request.url ?? '/', 'http://server')?.pathname !== signalPath) throw new CanopyError('NOT_FOUND');
    this.#requireRunning();
    if (this.#greeting >= mostGreeting) throw new CanopyError('BUSY', undefined, { retryAfterMs: busyRetryMs });
    const address = this.#deps.addressOf(request);
    this.#sites.enter(address);
    let opened = false;
    try {
      await this.#greet(address);
      this.#server.handleUpgrade(request, socket, head, (ws) => {
        opened = true;
        socket.off('error', this.#upgradeFailed);
        if (this.#deps.originAllowed(request)) this.#open(ws, request.socket, address);
        else this.#refuse(ws, 'ORIGIN_REFUSED', address);
      });
    } finally {
      // One that is open keeps its place until it is closed.
      if (!opened) this.#sites.leave(address);
    }
  }

  /** Lets an address in, or throws why not. */
  async #greet(address: string): Promise<void> {
    this.#greeting += 1;
    try {
      await this.#deps.admit(address);
    } finally {
      this.#greeting -= 1;
    }
    // Nobody would say goodbye to who comes in after that.
    this.#requireRunning();
  }

  #open(ws: SignalWebSocket, stream: Socket, address: string): void {
    this.#deps.onHandshake?.('ok');
    const connectionId = randomBytes(16).toString('base64url');
    const connection = { connectionId, address, believed: this.#deps.clientsBelieved };
    this.#group(this.#opened++).add(new SignalSocket(ws, stream, connection, this.#socketDeps));
  }

  #requireRunning(): void {
    if (this.#stopping) throw new CanopyError('SHUTTING_DOWN');
  }

  #turnAway(socket: Duplex, reason: CanopyError): void {
    if (reason.code === 'INTERNAL') this.#deps.logger.error({ err: reason }, 'a handshake failed');
    // What asks for another path does not ask for signaling.
    if (reason.code !== 'NOT_FOUND') this.#deps.onHandshake?.(reason.code);
    refuse(socket, reason);
  }

  /** By a code, for a page is told nothing of a handshake that fails. What it says is heard by nobody. */
  #refuse(ws: WebSocket, code: ErrorCode, address: string): void {
    this.#deps.onHandshake?.(code);
    ws.on('close', () => this.#sites.leave(address));
    ws.on('error', this.#upgradeFailed);
    ws.close(closeCode(code), code);
  }

  #group(number: number): Set<SignalSocket> {
    const group = this.#groups[number % pingGroups];
    if (group === undefined) throw new Error('there is no such group');
    return group;
  }
}

function refuse(socket: Duplex, { code, message, retryable, retryAfterMs }: CanopyError): void {
  const { http } = errorClass(code);
  const body = JSON.stringify({ error: { code, message, retryable } });
  const retryAfter = retryAfterMs === undefined ? '' : `Retry-After: ${Math.ceil(retryAfterMs / 1_000)}\r\n`;
  const head = `HTTP/1.1 ${http} ${code}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n${retryAfter}\r\n`;
  socket.end(head + body, () => socket.destroy());
}
