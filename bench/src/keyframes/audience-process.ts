import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endingWithUs } from '../ending-with-us.ts';

/** Who joins, where and when. Times in Unix ms. */
export interface AudienceOrder {
  meetingId: string;
  trackId: string;
  /** gRPC; viewer n sits on the n-th, counted round and round. */
  edgeAddresses: string[];
  joinsAt: { number: number; at: number }[];
}

/** What one viewer saw; no frame came where its time is missing. Unix ms. */
export interface Seen {
  askedAt: number;
  firstFrameAt?: number;
}

const program = fileURLToPath(new URL('audience.ts', import.meta.url));

/** Viewers in a process of their own. */
export class AudienceProcess implements AsyncDisposable {
  readonly #child = endingWithUs(fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
  readonly #exited = once(this.#child, 'exit');
  /** Resolves when it listens. */
  readonly ready: Promise<unknown> = once(this.#child, 'message');

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the audience did not start');
    return this.#child.pid;
  }

  /** Resolves when everybody has had a frame, or given up. */
  async play(order: AudienceOrder): Promise<Seen[]> {
    this.#child.send(order);
    const failed = this.#exited.then(() => {
      throw new Error('a part of the audience ended early');
    });
    const [seen] = await Promise.race([once(this.#child, 'message') as Promise<[Seen[]]>, failed]);
    return seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}
