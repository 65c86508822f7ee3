import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';

/** A session description as Janus takes and gives it. */
export interface Jsep {
  type: 'offer' | 'answer';
  sdp: string;
}

const answerSchema = z.looseObject({
  janus: z.string(),
  transaction: z.string().optional(),
  /** The handle that an event is about. */
  sender: z.number().optional(),
  data: z.looseObject({ id: z.number() }).optional(),
  error: z.looseObject({ reason: z.string() }).optional(),
  plugindata: z
    .looseObject({ data: z.looseObject({ error: z.string().optional(), id: z.number().optional() }) })
    .optional(),
  jsep: z.looseObject({ type: z.enum(['offer', 'answer']), sdp: z.string() }).optional(),
});

type Answer = z.output<typeof answerSchema>;

/** A session with Janus over its WebSocket transport. */
export class JanusConnection implements Disposable {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, PromiseWithResolvers<Answer>>();
  /** By handle: told once that its media flows. */
  readonly #flowing = new Map<number, PromiseWithResolvers<void>>();
  #sessionId: number | undefined;

  static async open(url: string): Promise<JanusConnection> {
    const socket = new WebSocket(url, 'janus-protocol');
    await once(socket, 'open');
    const connection = new JanusConnection(socket);
    connection.#sessionId = (await connection.#ask({ janus: 'create' })).data?.id;
    return connection;
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#receive(answerSchema.parse(JSON.parse(data.toString()))));
    socket.on('close', () => {
      for (const flowing of this.#flowing.values()) flowing.reject(new Error('Janus is gone'));
    });
  }

  /** A handle of the plugin. */
  async attach(plugin: string): Promise<JanusHandle> {
    const { data } = await this.#ask({ janus: 'attach', plugin });
    if (data === undefined) throw new Error('Janus gave no handle');
    const { id } = data;
    const flowing = Promise.withResolvers<void>();
    // Not everybody waits for it.
    flowing.promise.catch(() => {});
    this.#flowing.set(id, flowing);
    return {
      flowing: flowing.promise,
      ask: async (body, jsep) => {
        const answer = await this.#ask({ janus: 'message', handle_id: id, body, ...(jsep && { jsep }) });
        const result = answer.plugindata?.data;
        if (result?.error !== undefined) throw new Error(`Janus: ${result.error}`);
        return { id: result?.id, ...(answer.jsep && { jsep: { type: answer.jsep.type, sdp: answer.jsep.sdp } }) };
      },
    };
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }

  #ask(request: object): Promise<Answer> {
    const transaction = randomUUID();
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(transaction, waiting);
    const session = this.#sessionId === undefined ? {} : { session_id: this.#sessionId };
    this.#socket.send(JSON.stringify({ ...request, ...session, transaction }));
    return waiting.promise;
  }

  /** Plugins acknowledge first and answer later, in the same transaction. */
  #receive(answer: Answer): void {
    const flowing = this.#flowing.get(answer.sender ?? 0);
    if (answer.janus === 'webrtcup') flowing?.resolve();
    if (answer.janus === 'hangup') flowing?.reject(new Error('Janus hung up'));
    const waiting = this.#waiting.get(answer.transaction ?? '');
    if (waiting === undefined || answer.janus === 'ack') return;
    this.#waiting.delete(answer.transaction ?? '');
    if (answer.error === undefined) waiting.resolve(answer);
    else waiting.reject(new Error(`Janus: ${answer.error.reason}`));
  }
}

/** Somebody in a plugin. */
export interface JanusHandle {
  /** Resolves when Janus has the connection: a little later than its client. Rejects when it never will. */
  readonly flowing: Promise<void>;
  /** Rejects with the plugin's error. */
  ask(body: object, jsep?: Jsep): Promise<{ id: number | undefined; jsep?: Jsep }>;
}
