import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EdgeClient } from '@canopy/edge-node/testing';
import type { EdgeAddress } from '@canopy/proto/routing';
import { endingWithUs } from '../ending-with-us.ts';
import { workerOf } from './process-sockets.ts';

const edgeMain = fileURLToPath(new URL('../../../edge-node/src/main.ts', import.meta.url));
const plainEdge = fileURLToPath(new URL('plain-edge.ts', import.meta.url));
const readyTimeoutMs = 30_000;
const linkPortsPerRelay = 20;

export interface EdgePlace {
  id: string;
  natsUrl: string;
  grpcPort: number;
}

/** An edge node in a process of its own, with one worker. */
export class EdgeProcess implements AsyncDisposable {
  readonly id: string;
  readonly client: EdgeClient;
  readonly grpcPort: number;
  readonly #child: ChildProcess;

  /** One that serves clients: they speak plain RTP. */
  static serving({ id, natsUrl, grpcPort }: EdgePlace): Promise<EdgeProcess> {
    return EdgeProcess.#start(id, grpcPort, [plainEdge, id, natsUrl, String(grpcPort)], {});
  }

  /** One as in production, its pipes on the ports from `linkPort`; `nodeArguments` are for its Node. */
  static relay(
    { id, natsUrl, grpcPort }: EdgePlace,
    linkPort: number,
    nodeArguments: readonly string[] = [],
  ): Promise<EdgeProcess> {
    return EdgeProcess.#start(id, grpcPort, [...nodeArguments, edgeMain], {
      EDGE_ID: id,
      EDGE_REGION: 'bench',
      EDGE_WORKERS: '1',
      EDGE_GRPC_LISTEN: `127.0.0.1:${grpcPort}`,
      EDGE_LINK_MIN_PORT: String(linkPort),
      EDGE_LINK_MAX_PORT: String(linkPort + linkPortsPerRelay - 1),
      NATS_URL: natsUrl,
      LOG_LEVEL: 'error',
    });
  }

  static async #start(id: string, grpcPort: number, args: string[], env: Record<string, string>): Promise<EdgeProcess> {
    const edge = new EdgeProcess(
      id,
      grpcPort,
      endingWithUs(
        spawn(process.execPath, args, {
          env: { PATH: process.env.PATH, MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN, ...env },
          stdio: ['ignore', 'ignore', 'inherit'],
        }),
      ),
    );
    try {
      await edge.#ready();
    } catch (error) {
      await edge[Symbol.asyncDispose]();
      throw error;
    }
    return edge;
  }

  private constructor(id: string, grpcPort: number, child: ChildProcess) {
    this.id = id;
    this.grpcPort = grpcPort;
    this.#child = child;
    this.client = new EdgeClient(`127.0.0.1:${grpcPort}`);
  }

  get address(): EdgeAddress {
    return { edgeId: this.id, linkAddress: `127.0.0.1:${this.grpcPort}` };
  }

  /** The Node process. */
  get pid(): number {
    return pidOf(this.#child);
  }

  /** Its mediasoup worker. */
  get workerPid(): number {
    return workerOf(this.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    if (this.#ended) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  get #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #ready(): Promise<void> {
    const deadline = performance.now() + readyTimeoutMs;
    for (;;) {
      try {
        await this.client.getState({ meetingId: '' });
        return;
      } catch (error) {
        if (this.#ended) throw new Error(`the edge ${this.id} ended before it was ready`, { cause: error });
        if (performance.now() > deadline) throw error;
        await delay(50);
      }
    }
  }
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the process did not start');
  return pid;
}

/** The UDP ports that a relay's pipes may use, as nftables writes a range. */
export function linkPortRange(linkPort: number): string {
  return `${linkPort}-${linkPort + linkPortsPerRelay - 1}`;
}
