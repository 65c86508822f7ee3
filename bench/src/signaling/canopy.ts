import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts, startServices } from '@canopy/local-mesh';
import { ChatScope } from '@canopy/proto/chat';
import type { ClientMessage, Error as WireError } from '@canopy/proto/signal';
import { keySecretsOf } from '../../../control-plane/src/adapters/crypto/api-key-secrets.ts';
import { joinTokens } from '../../../control-plane/src/adapters/crypto/join-tokens.ts';
import { capabilities } from '../grow/capabilities.ts';
import { nobodysCertificate } from '../grow/viewer.ts';
import { clientAddress, Webinar } from '../grow/webinar.ts';
import { LightSocket } from './light-socket.ts';
import { ServerProcess } from './server-process.ts';
import { answerOn, closeAll } from './sockets.ts';
import { StillEdge } from './still-edge-process.ts';
import { Refused, type Subject } from './subject.ts';

const main = fileURLToPath(new URL('../../../control-plane/src/main.ts', import.meta.url));
/** Tokens are made as a customer's own server makes them. */
const apiKey = { id: 'bench', secret: 'known-to-this-bench-alone' };
const tokenLifeMs = 3_600_000;
const replyStart = '{"reply"';

/** One replica of the control plane on real services, with an edge that has no media. The first to come is the host, all others attend. */
export class Canopy implements Subject {
  readonly name = 'canopy';
  readonly server: ServerProcess;
  readonly #owned: AsyncDisposableStack;
  readonly #sockets: LightSocket[] = [];
  #tokens: readonly string[] = [];
  #nextId = 1;

  static async start(): Promise<Canopy> {
    await using stack = new AsyncDisposableStack();
    const services = stack.use(await startServices());
    const [port = 0, grpcPort = 0] = await freePorts(2);
    const env = {
      CONTROL_HTTP_LISTEN: `127.0.0.1:${port}`,
      CONTROL_GRPC_LISTEN: `127.0.0.1:${grpcPort}`,
      CONTROL_OPEN_ACCESS: 'true',
      CONTROL_API_KEY: `${apiKey.id}:${apiKey.secret}`,
      CONTROL_TRUSTED_PROXIES: '127.0.0.1/32',
      DATABASE_URL: services.databaseUrl,
      REDIS_URL: services.redisUrl,
      NATS_URL: services.natsUrl,
      LOG_LEVEL: 'warn',
    };
    const server = stack.use(await ServerProcess.start({ args: [main], env, port }));
    stack.use(StillEdge.start(services.natsUrl));
    return new Canopy(server, stack.move());
  }

  private constructor(server: ServerProcess, owned: AsyncDisposableStack) {
    this.server = server;
    this.#owned = owned;
  }

  async expect(people: number): Promise<void> {
    const webinar = await Webinar.create(this.server.url);
    while ((await webinar.mesh()).edges.length === 0) await delay(100);
    const key = { id: apiKey.id, signingSecret: keySecretsOf(apiKey.secret).signingSecret };
    const tokenOf = (_: unknown, index: number) => {
      const person = { meetingId: webinar.id, participantId: `person-${index}`, name: `Person ${index}` };
      const role = index === 0 ? 'host' : 'attendee';
      return joinTokens.sign({ ...person, role, userId: undefined }, key, Date.now() + tokenLifeMs);
    };
    this.#tokens = await Promise.all(Array.from({ length: people }, tokenOf));
  }

  async enter(number: number, hear: (message: Buffer) => void): Promise<void> {
    const token = this.#tokens[number];
    if (token === undefined) throw new Error('nobody of that number is expected');
    const url = `${this.server.url.replace('http', 'ws')}/v1/signal`;
    const socket = await LightSocket.open(url, { 'x-forwarded-for': clientAddress(number) });
    try {
      const join = { token, rtpCapabilities: capabilities, dtlsParameters: nobodysCertificate, rtts: [] };
      await this.#ask(socket, { join });
    } catch (error) {
      socket.terminate();
      throw error;
    }
    socket.on('message', (message: Buffer) => {
      if (!isReply(message)) hear(message);
    });
    this.#sockets.push(socket);
  }

  async say(text: string): Promise<void> {
    const [host] = this.#sockets;
    if (host === undefined) throw new Error('the host is not there');
    const everyone = { scope: ChatScope.EVERYONE, recipientId: '', replyTo: '' };
    await this.#ask(host, { sendChat: { id: randomUUID(), text, ...everyone } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    closeAll(this.#sockets);
    await this.#owned.disposeAsync();
  }

  async #ask(socket: LightSocket, request: Omit<ClientMessage, 'id'>): Promise<void> {
    const id = this.#nextId++;
    const answered = answerOn(socket, isReply);
    socket.send(JSON.stringify({ id, ...request } satisfies ClientMessage));
    const { reply } = JSON.parse((await answered).toString()) as { reply: { error?: WireError } };
    if (reply.error === undefined) return;
    const { code, retryAfterMs } = reply.error;
    throw retryAfterMs === undefined ? new Error(code) : new Refused(code, retryAfterMs);
  }
}

/** Who says something is also answered, with what it said. */
function isReply(message: Buffer): boolean {
  return message.toString('latin1', 0, replyStart.length) === replyStart;
}
