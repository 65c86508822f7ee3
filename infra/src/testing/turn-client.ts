import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { IceServer } from '@canopy/proto/media';
import ipaddr from 'ipaddr.js';

const methods = { allocate: 0x003, refresh: 0x004, createPermission: 0x008 } as const;
const attributes = {
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  peerAddress: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  requestedFamily: 0x0017,
  requestedTransport: 0x0019,
} as const;
const cookie = 0x2112a442;
const udp = Buffer.from([17, 0, 0, 0]);

type Attribute = [type: number, value: Buffer];

/** A client of a TURN server (RFC 8656) over UDP, which asks and says what the server thinks of it: 0 for yes, or an error code. */
export class TurnClient implements Disposable {
  readonly #socket: Socket;
  readonly #credentials: Pick<IceServer, 'username' | 'credential'>;
  #realm: Buffer = Buffer.alloc(0);
  #nonce: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, credentials: Pick<IceServer, 'username' | 'credential'>) {
    this.#socket = socket;
    this.#credentials = credentials;
  }

  static async open(port: number, credentials: Pick<IceServer, 'username' | 'credential'>): Promise<TurnClient> {
    const socket = createSocket('udp4');
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new TurnClient(socket, credentials);
  }

  /** Asks for a relay. */
  async allocate(family: 'ipv4' | 'ipv6' = 'ipv4'): Promise<number> {
    const wanted: Attribute[] = [
      [attributes.requestedTransport, udp],
      [attributes.requestedFamily, Buffer.from([family === 'ipv4' ? 1 : 2, 0, 0, 0])],
    ];
    const challenge = await this.#ask(methods.allocate, wanted);
    this.#realm = challenge.get(attributes.realm) ?? this.#realm;
    this.#nonce = challenge.get(attributes.nonce) ?? this.#nonce;
    return codeOf(await this.#ask(methods.allocate, wanted, this.#signature()));
  }

  /** Asks for the relay to stay. */
  async refresh(): Promise<number> {
    return codeOf(await this.#ask(methods.refresh, [], this.#signature()));
  }

  /** Asks for leave to have the relay send to an address. */
  async permit(address: string): Promise<number> {
    const id = randomBytes(12);
    return codeOf(await this.#ask(methods.createPermission, [peer(address, id)], this.#signature(), id));
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  #signature() {
    const { username, credential } = this.#credentials;
    const who: Attribute[] = [
      [attributes.username, Buffer.from(username)],
      [attributes.realm, this.#realm],
      [attributes.nonce, this.#nonce],
    ];
    return { who, key: createHash('md5').update(`${username}:${this.#realm.toString()}:${credential}`).digest() };
  }

  async #ask(
    method: number,
    wanted: readonly Attribute[],
    signature?: { who: readonly Attribute[]; key: Buffer },
    id = randomBytes(12),
  ): Promise<Map<number, Buffer>> {
    const body = Buffer.concat([...wanted, ...(signature?.who ?? [])].map(encode));
    const message = Buffer.concat([header(method, body.length, id), body]);
    this.#socket.send(signature === undefined ? message : signed(message, signature.key));
    const [answer] = await once(this.#socket, 'message');
    if (!Buffer.isBuffer(answer) || !answer.subarray(8, 20).equals(id)) throw new Error('an answer to something else');
    return decode(answer.subarray(20));
  }
}

function header(method: number, length: number, id: Buffer): Buffer {
  const start = Buffer.alloc(8);
  start.writeUInt16BE(method, 0);
  start.writeUInt16BE(length, 2);
  start.writeUInt32BE(cookie, 4);
  return Buffer.concat([start, id]);
}

/** RFC 8489 §14.5: the length in the header counts the signature already. */
function signed(message: Buffer, key: Buffer): Buffer {
  const counted = Buffer.from(message);
  counted.writeUInt16BE(message.length - 20 + 24, 2);
  const integrity = createHmac('sha1', key).update(counted).digest();
  return Buffer.concat([counted, encode([attributes.integrity, integrity])]);
}

function encode([type, value]: Attribute): Buffer {
  const padded = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  padded.writeUInt16BE(type, 0);
  padded.writeUInt16BE(value.length, 2);
  value.copy(padded, 4);
  return padded;
}

function decode(body: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at < body.length; ) {
    const length = body.readUInt16BE(at + 2);
    found.set(body.readUInt16BE(at), body.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return found;
}

/** XOR-PEER-ADDRESS (RFC 8489 §14.2): obscured by the cookie, and for IPv6 by the id of the message as well. */
function peer(address: string, id: Buffer): Attribute {
  const parsed = ipaddr.parse(address);
  const bytes = Buffer.from([0, 0, ...parsed.toByteArray()]);
  const mask = Buffer.alloc(4);
  mask.writeUInt32BE(cookie);
  const obscure = (value: Buffer, by: Buffer) => Buffer.from(value.map((byte, index) => byte ^ (by[index] ?? 0)));
  const port = obscure(bytes.subarray(0, 2), mask);
  const host = obscure(bytes.subarray(2), Buffer.concat([mask, id]));
  return [attributes.peerAddress, Buffer.concat([Buffer.from([0, parsed.kind() === 'ipv4' ? 1 : 2]), port, host])];
}

function codeOf(answer: Map<number, Buffer>): number {
  const error = answer.get(attributes.errorCode);
  return error === undefined ? 0 : error.readUInt8(2) * 100 + error.readUInt8(3);
}
