import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import type { Logger } from '@canopy/runtime/logger';
import type { Probe, ProbeDrop, ProbeSender } from '../app/ports/probes.ts';
import { decodeProbe, encodeProbe, looksLikeProbe } from './probe-datagram.ts';

export interface ProbeSocketOptions {
  /** Address on the link network. */
  ip: string;
  /** 0: any that is free. */
  port: number;
  /** The secret that all edges share. */
  key: string;
  logger: Logger;
}

/** What is done with datagrams that come. */
export interface ProbeReceiver {
  /** Whether a datagram from there is looked at; asked before its signature is checked. */
  admits(from: string): boolean;
  receive(probe: Probe, from: string): void;
  drop(why: ProbeDrop): void;
}

/** The UDP socket for probes, both ways. */
export class ProbeSocket implements ProbeSender {
  readonly #socket: Socket;
  readonly #key: Buffer;
  readonly #logger: Logger;

  static async open({ ip, port, key, logger }: ProbeSocketOptions): Promise<ProbeSocket> {
    const socket = createSocket(isIP(ip) === 6 ? 'udp6' : 'udp4');
    socket.bind(port, ip);
    await once(socket, 'listening');
    return new ProbeSocket(socket, Buffer.from(key), logger);
  }

  private constructor(socket: Socket, key: Buffer, logger: Logger) {
    this.#socket = socket;
    this.#key = key;
    this.#logger = logger;
    socket.on('error', (error) => logger.warn({ err: error }, 'the probe socket failed'));
  }

  /** ip:port */
  get address(): string {
    const { address, port } = this.#socket.address();
    return format(address, port);
  }

  /** From now on, what comes is given to `receiver`. */
  listen(receiver: ProbeReceiver): void {
    this.#socket.on('message', (datagram, { address, port }) => {
      const from = format(address, port);
      if (!looksLikeProbe(datagram)) return receiver.drop('malformed');
      if (!receiver.admits(from)) return receiver.drop('too many');
      const probe = decodeProbe(datagram, this.#key);
      if (probe === undefined) receiver.drop('not authentic');
      else receiver.receive(probe, from);
    });
  }

  /** An address that is none, and a network that takes nothing, make the probe a lost one. */
  send(probe: Probe, to: string): void {
    const { ip, port } = parse(to);
    if (isIP(ip) === 0 || !(port > 0 && port < 65_536)) {
      this.#logger.debug({ to }, 'not an address to probe');
      return;
    }
    this.#socket.send(encodeProbe(probe, this.#key), port, ip, (error) => {
      if (error !== null) this.#logger.debug({ err: error, to }, 'a probe was not sent');
    });
  }

  close(): void {
    this.#socket.close();
  }
}

function format(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function parse(address: string): { ip: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { ip: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}
