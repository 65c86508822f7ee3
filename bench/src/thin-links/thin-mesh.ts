import { setTimeout as delay } from 'node:timers/promises';
import { freePorts, startServices } from '@canopy/local-mesh';
import type { LinkTrack } from '@canopy/proto/edge_media';
import { EdgeProcess } from '../failover/edge-process.ts';
import { route } from '../failover/stage.ts';
import { cpuMs } from '../process-cpu.ts';
import { mean } from '../statistics.ts';
import { Party } from './party.ts';

/** What flowed for a while, all meetings together. */
export interface Flow {
  /** bit/s into the relay and into the leaf, RTP without what UDP and SRTP add. */
  relayBps: number;
  leafBps: number;
  /** Of the relay, worker and Node process: share of one core. */
  relayCpu: number;
}

/** mediasoup's bitrates are those of the last second or two. */
const settleMs = 3_000;
const samples = 5;
const sampleEveryMs = 1_000;
const lookEveryMs = 50;

/** origin → relay → leaf, each a process with a worker of its own, and some meetings with one publisher and one viewer each. */
export class ThinMesh implements AsyncDisposable {
  readonly parties: readonly Party[];
  readonly #relay: EdgeProcess;
  readonly #leaf: EdgeProcess;
  readonly #owned: AsyncDisposableStack;

  static async start(meetings: number): Promise<ThinMesh> {
    await using owned = new AsyncDisposableStack();
    const onlyNats = { DATABASE_URL: 'unused', REDIS_URL: 'unused', NATS_URL: process.env.NATS_URL };
    const { natsUrl } = owned.use(await startServices({ env: onlyNats }));
    const [originPort = 0, relayPort = 0, leafPort = 0] = await freePorts(3);
    const start = async (id: string, grpcPort: number) =>
      owned.use(await EdgeProcess.serving({ id, natsUrl, grpcPort }));
    const [origin, relay] = [await start('origin', originPort), await start('relay', relayPort)];
    const leaf = await start('leaf', leafPort);
    const parties: Party[] = [];
    for (let number = 0; number < meetings; number++) {
      const meetingId = `thin-${number}`;
      await route(meetingId, relay, origin.address);
      await route(meetingId, leaf, relay.address);
      parties.push(owned.use(await Party.gather(meetingId, origin, leaf)));
    }
    return new ThinMesh(relay, leaf, parties, owned.move());
  }

  private constructor(relay: EdgeProcess, leaf: EdgeProcess, parties: readonly Party[], owned: AsyncDisposableStack) {
    this.#relay = relay;
    this.#leaf = leaf;
    this.parties = parties;
    this.#owned = owned;
  }

  /** Measures when every link carries that many layers of every track. */
  async measure(layers: number): Promise<Flow> {
    while (!(await this.#everywhere(layers))) await delay(lookEveryMs);
    await delay(settleMs);
    const startedAt = performance.now();
    const cpuBefore = cpuMs([this.#relay.pid]);
    const relayBps: number[] = [];
    const leafBps: number[] = [];
    for (let sample = 0; sample < samples; sample++) {
      await delay(sampleEveryMs);
      relayBps.push(sumBps(await tracksInto(this.#relay)));
      leafBps.push(sumBps(await tracksInto(this.#leaf)));
    }
    const relayCpu = (cpuMs([this.#relay.pid]) - cpuBefore) / (performance.now() - startedAt);
    return { relayBps: mean(relayBps), leafBps: mean(leafBps), relayCpu };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }

  async #everywhere(layers: number): Promise<boolean> {
    const tracks = [...(await tracksInto(this.#relay)), ...(await tracksInto(this.#leaf))];
    return tracks.length === 2 * this.parties.length && tracks.every((track) => track.layers === layers);
  }
}

async function tracksInto({ client }: EdgeProcess): Promise<LinkTrack[]> {
  const { links } = await client.getState({ meetingId: '' });
  return links.flatMap(({ tracks }) => tracks);
}

function sumBps(tracks: readonly LinkTrack[]): number {
  return tracks.reduce((sum, { bitrateBps }) => sum + bitrateBps, 0);
}
