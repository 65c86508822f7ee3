import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';

const targetsSchema = z.array(z.object({ webSocketDebuggerUrl: z.string() }));
const answerSchema = z.looseObject({
  id: z.number().optional(),
  result: z.looseObject({ result: z.looseObject({ value: z.unknown() }).optional() }).optional(),
});
const memorySchema = z.object({ heapUsed: z.number(), external: z.number() });

/** Reads another Node process's heap through its inspector (`--inspect=127.0.0.1:PORT`). */
export class NodeHeap implements Disposable {
  readonly #socket: WebSocket;
  #id = 0;

  static async of(inspectorPort: number): Promise<NodeHeap> {
    const response = await fetch(`http://127.0.0.1:${inspectorPort}/json/list`);
    const [target] = targetsSchema.parse(await response.json());
    if (target === undefined) throw new Error('the inspector shows no process');
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await once(socket, 'open');
    return new NodeHeap(socket);
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Bytes in use by objects and buffers, after collecting what is not. */
  async usedBytes(): Promise<number> {
    await this.#ask('HeapProfiler.collectGarbage');
    // What was freed by finalizers goes with the next one.
    await delay(100);
    await this.#ask('HeapProfiler.collectGarbage');
    const expression = '(({ heapUsed, external }) => ({ heapUsed, external }))(process.memoryUsage())';
    const { heapUsed, external } = memorySchema.parse(
      await this.#ask('Runtime.evaluate', { expression, returnByValue: true }),
    );
    return heapUsed + external;
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }

  async #ask(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#id;
    this.#socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [data] = await once(this.#socket, 'message');
      const answer = answerSchema.parse(JSON.parse(String(data)));
      if (answer.id === id) return answer.result?.result?.value;
    }
  }
}
