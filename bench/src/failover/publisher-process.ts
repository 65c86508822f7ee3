import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endingWithUs } from '../ending-with-us.ts';
import type { Sighting } from '../grow/key-frame-requests.ts';

/** One meeting's publisher is to begin, or to end. */
export type PublishersRequest = { start: string; stop?: undefined } | { stop: string; start?: undefined };

export interface PublishersAnswer {
  /** All it got, once it ended: for which stream, and when. */
  requests: KeyFrameRequest[];
  error?: string;
}

/** When it was seen: Unix ms. */
export interface KeyFrameRequest extends Sighting {
  ssrc: number;
}

const program = fileURLToPath(new URL('publishers.ts', import.meta.url));

/** The publishers of a bench, in one process that does nothing else. Requests are answered one after the other. */
export class PublisherProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  #last: Promise<unknown> = Promise.resolve();

  constructor(edgeAddress: string) {
    this.#child = endingWithUs(fork(program, [edgeAddress], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
  }

  async publish(meetingId: string): Promise<void> {
    await this.#ask({ start: meetingId });
  }

  /** Ends a meeting's publisher. The keyframe requests it got. */
  end(meetingId: string): Promise<KeyFrameRequest[]> {
    return this.#ask({ stop: meetingId });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  #ask(request: PublishersRequest): Promise<KeyFrameRequest[]> {
    const answered = this.#last.then(async () => {
      this.#child.send(request);
      const [answer] = (await once(this.#child, 'message')) as [PublishersAnswer];
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.requests;
    });
    this.#last = answered.catch(() => undefined);
    return answered;
  }
}
