import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { DoorRequest } from './door.ts';

const doorFile = fileURLToPath(new URL('./door.ts', import.meta.url));

/** What starts a program in a namespace. */
export type Spawn = (
  command: string,
  args: readonly string[],
  options: { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
) => ChildProcess;

/** Lets TCP connections through between this process's network namespace and another, in either direction. No packet crosses: what counts as network traffic between nodes stays on their network. */
export class Doorway {
  readonly #inside: ChildProcess;
  readonly #outside: ChildProcess;
  /** A side makes one socket at a time. */
  #last: Promise<unknown> = Promise.resolve();

  /** `spawnInside` starts a program in the other namespace. */
  constructor(spawnInside: Spawn) {
    const [side, options] = [[doorFile], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }] as const;
    this.#inside = spawnInside(process.execPath, side, { stdio: [...options.stdio] });
    this.#outside = spawn(process.execPath, side, { stdio: [...options.stdio] });
  }

  /** host:port of this namespace that leads to a TCP port inside. */
  async inTo(host: string, port: number): Promise<string> {
    const at = await this.#open(this.#outside, { host: '127.0.0.1', port: 0 }, this.#inside, { host, port });
    return `127.0.0.1:${at}`;
  }

  /** A port of all addresses inside leads to the same one of 127.0.0.1 here. */
  async outOf(port: number): Promise<void> {
    await this.#open(this.#inside, { host: '0.0.0.0', port }, this.#outside, { host: '127.0.0.1', port });
  }

  close(): void {
    for (const side of [this.#inside, this.#outside]) if (side.connected) side.disconnect();
  }

  #open(listener: ChildProcess, from: Target, forwarder: ChildProcess, to: Target): Promise<number> {
    const opened = this.#last.then(async () => {
      ask(listener, { listen: from });
      const [, server] = await once(listener, 'message');
      if (!(server instanceof Server)) throw new Error('a doorway got no socket');
      const address = server.address();
      ask(forwarder, { forward: to }, server);
      return typeof address === 'object' && address !== null ? address.port : 0;
    });
    this.#last = opened;
    return opened;
  }
}

interface Target {
  host: string;
  port: number;
}

function ask(side: ChildProcess, request: DoorRequest, server?: Server): void {
  side.send(request, server, {}, () => server?.close());
}
