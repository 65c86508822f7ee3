import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

interface Waiting {
  resolve(line: string): void;
  reject(error: Error): void;
}

/** A process that writes one line for each line it reads, in order, and ends when its input does. */
export class LineProcess {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting: Waiting[] = [];
  #errorText = '';
  #ended: Error | undefined;

  constructor(command: string, args: readonly string[]) {
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process.on('error', (error) => this.#end(error));
    this.#process.on('close', () => this.#end());
    // A write that comes too late; 'close' follows and rejects whoever waits for its answer.
    this.#process.stdin.on('error', (error) => {
      this.#errorText += `${error.message}\n`;
    });
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errorText += text;
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#waiting.shift()?.resolve(line));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** The next line that no question waits for. Rejects with what the process wrote to standard error when it ends first. */
  nextLine(): Promise<string> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Sends a line; resolves to its answer. */
  ask(question: string): Promise<string> {
    const answer = this.nextLine();
    if (this.#ended === undefined) this.#process.stdin.write(`${question}\n`);
    return answer;
  }

  /** Ends its input and waits for its end. */
  async stop(): Promise<void> {
    if (this.#ended !== undefined) return;
    const closed = once(this.#process, 'close');
    this.#process.stdin.end();
    await closed;
  }

  #end(cause?: Error): void {
    const reason = this.#errorText.trim() || cause?.message || 'the process has ended';
    this.#ended ??= new Error(reason, cause === undefined ? undefined : { cause });
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#ended);
  }
}
