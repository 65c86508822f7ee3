import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { howToGetRoot } from '../../../scripts/setup/root.mjs';

/** What a command ended with. */
export interface Ended {
  code: number | null;
  /** Its standard output. */
  output: string;
  errors: string;
}

/**
 * A network that nothing else is in, where addresses and ports are free to be those of a real mesh, and whose processes see only
 * each other. When this process is gone, however it ended, so are they. Needs root.
 */
export class PrivateNetwork implements AsyncDisposable {
  readonly #holder: ChildProcess;
  readonly #afterwards: (() => void)[] = [];

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  /** All hosts of it stand on one loopback, with these addresses. Rejects where namespaces are not permitted. */
  static async create(addresses: readonly string[]): Promise<PrivateNetwork> {
    // The first process of the namespace: all others end when its standard input does.
    const script =
      'ip link set lo up && for address; do ip address add "$address/32" dev lo || exit; done; echo ready; exec cat';
    const holder = spawn(
      'unshare',
      ['--net', '--pid', '--fork', '--kill-child', 'sh', '-c', script, 'sh', ...addresses],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    await firstLine(holder, 'the private network').catch((cause) => {
      throw new Error(`a private network can't be made: ${howToGetRoot}`, { cause });
    });
    return new PrivateNetwork(holder);
  }

  /** Starts a program in it. */
  start(command: string, args: readonly string[]): ChildProcess {
    const spaces = `/proc/${this.#holder.pid}/ns`;
    const entering = [`--net=${spaces}/net`, `--pid=${spaces}/pid_for_children`, '--', command, ...args];
    return spawn('nsenter', entering, { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Runs a program in it to its end. */
  run(command: string, ...args: readonly string[]): Promise<Ended> {
    return ended(this.start(command, args));
  }

  /** What is to be done when nothing runs in it any more. */
  afterwards(work: () => void): void {
    this.#afterwards.push(work);
  }

  /** Kills all that is in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#holder, 'exit');
    this.#holder.stdin?.end();
    await gone;
    for (const work of this.#afterwards) work();
  }
}

/** Resolves with all that a process wrote, when it has ended. */
async function ended(child: ChildProcess): Promise<Ended> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('its output goes elsewhere');
  const closed = once(child, 'close');
  const [[code], output, errors] = await Promise.all([closed, text(stdout), text(stderr)]);
  return { code, output, errors };
}

/** The first line of a process that matches; rejects with all others when it ends before. */
export async function firstLine(child: ChildProcess, what: string, matching = /^/): Promise<string> {
  const said: string[] = [];
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  return await new Promise((resolve, reject) => {
    for (const stream of streams)
      createInterface(stream).on('line', (line) => {
        said.push(line);
        if (matching.test(line)) resolve(line);
      });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`${what} ended with ${code}:\n${said.join('\n')}`)));
  });
}
