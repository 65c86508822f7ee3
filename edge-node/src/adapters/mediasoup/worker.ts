import type { Clock } from '@canopy/runtime/clock';
import type { types } from 'mediasoup';
import pLimit from 'p-limit';
import type { ChosenCodecs } from '../../app/ports/media.ts';
import type { WorkerUsage } from '../../core/load/worker-load.ts';
import { freePort } from './free-port.ts';
import { chosenCodecs, mediaCodecs } from './media-codecs.ts';
import { noticingDeath } from './refusal.ts';
import { Responsiveness } from './responsiveness.ts';
import { MediasoupRouter, type OpenClientTransport, type PipeNetwork } from './router.ts';
import { spawnWorker } from './spawn-worker.ts';

export interface WorkerOptions {
  /** Address clients reach the worker at. */
  listenIp: string;
  /** Address told to clients, if it is another. */
  announcedAddress: string | undefined;
  /** UDP and TCP port of the first worker, the others count up from it; 0: any that is free. */
  firstPort: number;
  network: PipeNetwork;
  openClientTransport: OpenClientTransport;
  clock: Clock;
  /** A publisher was asked for a keyframe. */
  countKeyFrameRequest: () => void;
}

/**
 * Client transports that are made at the same time; in a rush the others wait. If all were, each would have to wait for the
 * last, and so would the links to other edges, on which hundreds may depend.
 */
const mostOpenedAtOnce = 8;

/** One worker process with its WebRtcServer, and what is on it. */
export class MediasoupWorker {
  readonly index: number;
  /** UDP and TCP port that clients reach it at. */
  readonly mediaPort: number;
  readonly #worker: types.Worker;
  readonly #server: types.WebRtcServer;
  readonly #options: WorkerOptions;
  readonly #transports = new Set<types.Transport>();
  readonly #openings = pLimit(mostOpenedAtOnce);
  readonly #responsiveness: Responsiveness;
  readonly #consumers = new Set<types.Consumer>();
  /** Made since the last sample of the CPU, and in the period that it measured. */
  #latest = new Set<types.Consumer>();
  #recent = new Set<types.Consumer>();
  #cpu = 0;
  #cpuMs = 0;
  #sampledAt = 0;
  #sampling = false;

  static async start(index: number, options: WorkerOptions): Promise<MediasoupWorker> {
    const worker = await spawnWorker({ logLevel: 'warn' });
    try {
      const { listenIp: ip, announcedAddress, firstPort } = options;
      const port = firstPort === 0 ? await freePort(ip) : firstPort + index;
      const listen = { ip, port, ...(announcedAddress !== undefined && { announcedAddress }) };
      const server = await worker.createWebRtcServer({
        listenInfos: [
          { protocol: 'udp', ...listen },
          { protocol: 'tcp', ...listen },
        ],
      });
      return new MediasoupWorker(index, port, worker, server, options);
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  private constructor(
    index: number,
    mediaPort: number,
    worker: types.Worker,
    server: types.WebRtcServer,
    options: WorkerOptions,
  ) {
    this.index = index;
    this.mediaPort = mediaPort;
    this.#worker = worker;
    this.#server = server;
    this.#options = options;
    this.#sampledAt = options.clock.monotonicMs();
    this.#responsiveness = new Responsiveness(() => worker.getResourceUsage());
    worker.observer.on('newrouter', (router) =>
      router.observer.on('newtransport', (transport) => this.#count(transport)),
    );
  }

  get pid(): number {
    return this.#worker.pid;
  }

  get usage(): WorkerUsage {
    return {
      index: this.index,
      cpu: this.#cpu,
      consumers: this.#consumers.size,
      newConsumers: this.#latest.size + this.#recent.size,
      transports: this.#transports.size,
    };
  }

  /** Transports over which media leaves this edge: all but the pipes between its routers. */
  get waysOut(): types.Transport[] {
    return [...this.#transports].filter((transport) => !isLocalPipe(transport));
  }

  async openRouter(codecs?: ChosenCodecs): Promise<MediasoupRouter> {
    const options = { mediaCodecs: codecs ? chosenCodecs(codecs) : mediaCodecs };
    const router = await noticingDeath(this.#worker, () => this.#worker.createRouter(options));
    const { openClientTransport, clock, network } = this.#options;
    const openTransport = (owner: types.Router) =>
      this.#openings(() => openClientTransport(owner, this.#server, clock));
    return new MediasoupRouter(this.index, router, openTransport, network);
  }

  /** Measures the share of a core used since the last sample. A worker that does not answer keeps its last value. */
  async sampleCpu(): Promise<void> {
    if (this.#sampling || this.#worker.closed) return;
    this.#sampling = true;
    try {
      const { ru_utime, ru_stime } = await this.#worker.getResourceUsage();
      const now = this.#options.clock.monotonicMs();
      const cpuMs = ru_utime + ru_stime;
      if (now > this.#sampledAt) this.#cpu = (cpuMs - this.#cpuMs) / (now - this.#sampledAt);
      this.#cpuMs = cpuMs;
      this.#sampledAt = now;
      this.#recent = this.#latest;
      this.#latest = new Set();
    } finally {
      this.#sampling = false;
    }
  }

  /** To be called every {@link lookEveryMs}: a process that has stopped answering is killed. Returns whether it was. */
  killIfStopped(): boolean {
    if (this.#worker.closed || !this.#responsiveness.look()) return false;
    return process.kill(this.pid, 'SIGKILL');
  }

  /** The process ended by itself; everything on it is closed already. */
  onDied(listener: (error: Error) => void): void {
    this.#worker.on('died', listener);
  }

  close(): void {
    this.#worker.close();
  }

  #count(transport: types.Transport): void {
    this.#transports.add(transport);
    transport.observer.once('close', () => this.#transports.delete(transport));
    if (transport.type !== 'pipe')
      transport.observer.on('newproducer', (producer) =>
        followKeyFrameRequests(producer, this.#options.countKeyFrameRequest),
      );
    transport.observer.on('newconsumer', (consumer) => {
      this.#consumers.add(consumer);
      this.#latest.add(consumer);
      consumer.observer.once('close', () => {
        for (const some of [this.#consumers, this.#latest, this.#recent]) some.delete(consumer);
      });
    });
  }
}

/** Pipes to other edges are encrypted. */
function isLocalPipe(transport: types.Transport): boolean {
  return transport.type === 'pipe' && (transport as types.PipeTransport).srtpParameters === undefined;
}

/** A publisher is asked at most twice a second: so few events may come over from the worker. */
function followKeyFrameRequests(producer: types.Producer, count: () => void): void {
  if (producer.kind !== 'video') return;
  producer.observer.on('trace', ({ direction }) => {
    if (direction === 'out') count();
  });
  // Of a producer that is gone by then there is nothing to count.
  producer.enableTraceEvent(['pli', 'fir']).catch(() => {});
}
