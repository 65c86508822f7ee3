import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { Refused, Unreached } from './subject.ts';

/** As long as the SDK waits. */
const handshakeTimeoutMs = 8_000;

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/**
 * A client's end of a WebSocket (RFC 6455) that costs the load generator little: ten thousand that one process has must not be
 * what everybody is late for. It takes what servers send here, whole text messages, answers pings, and checks nothing.
 */
export class LightSocket extends EventEmitter<{ message: [Buffer]; close: [] }> {
  readonly #socket: Socket;
  /** A frame that has not come whole yet. */
  #rest: Buffer | undefined;

  /** Rejects when it can't be opened: with {@link Refused} if the server says so, else with {@link Unreached}. */
  static open(url: string, headers: Record<string, string> = {}): Promise<LightSocket> {
    const opening = request(url.replace(/^ws/, 'http'), {
      headers: {
        ...headers,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
      },
      timeout: handshakeTimeoutMs,
    });
    return new Promise((resolve, reject) => {
      opening.once('upgrade', (_response, socket: Socket, first: Buffer) => {
        socket.setTimeout(0);
        if (first.length > 0) socket.unshift(first);
        const light = new LightSocket(socket);
        resolve(light);
        // Whoever opened it listens by then.
        setImmediate(() => socket.on('data', (data) => light.#take(data)));
      });
      opening.once('response', ({ statusCode, headers }) => {
        reject(new Refused(`HTTP ${statusCode}`, Number(headers['retry-after'] ?? 1) * 1_000));
        opening.destroy();
      });
      opening.once('timeout', () => opening.destroy(new Error('no answer')));
      opening.on('error', (error) => reject(new Unreached(error.message)));
      opening.end();
    });
  }

  private constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.setNoDelay();
    // Node's agent probes each second: twelve thousand at once overrun the loopback, and after ten seconds some are given up.
    socket.setKeepAlive(false);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.emit('close'));
  }

  send(text: string): void {
    this.#send(opcodes.text, Buffer.from(text));
  }

  terminate(): void {
    this.#socket.destroy();
  }

  /** Masked, as clients must, with zeros. */
  #send(opcode: number, payload: Buffer): void {
    const { length } = payload;
    if (length > 0xffff) throw new RangeError('that is more than anybody says here');
    const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | opcode, ...size, 0, 0, 0, 0]), payload]));
  }

  #take(data: Buffer): void {
    let left = this.#rest === undefined ? data : Buffer.concat([this.#rest, data]);
    for (;;) {
      const frame = firstFrame(left);
      if (frame === undefined) break;
      left = left.subarray(frame.end);
      if (frame.opcode === opcodes.text) this.emit('message', frame.payload);
      else if (frame.opcode === opcodes.ping) this.#send(opcodes.pong, frame.payload);
      else if (frame.opcode === opcodes.close) this.#socket.end();
    }
    this.#rest = left.length === 0 ? undefined : left;
  }
}

/** The first frame, if it is there whole. */
function firstFrame(data: Buffer): { opcode: number; payload: Buffer; end: number } | undefined {
  const [head = 0, size = 0] = data;
  const start = size === 127 ? 10 : size === 126 ? 4 : 2;
  if (data.length < start) return undefined;
  const length = size === 127 ? Number(data.readBigUInt64BE(2)) : size === 126 ? data.readUInt16BE(2) : size;
  const end = start + length;
  return data.length < end ? undefined : { opcode: head & 0xf, payload: data.subarray(start, end), end };
}
