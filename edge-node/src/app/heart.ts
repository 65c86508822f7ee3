import { EdgeHeartbeat, EdgeLifecycle, type NeighbourRtt } from '@canopy/proto/bus';
import type { Clock } from '@canopy/runtime/clock';
import { protocolVersion } from '@canopy/runtime/protocol';
import { hottestLoad, type WorkerUsage, workerLoad } from '../core/load/worker-load.ts';

/** What stays the same in every heartbeat. */
interface HeartbeatBasics {
  edgeId: string;
  region: string;
  bootId: string;
  mediaAddress: string;
  linkAddress: string;
  httpAddress: string;
  egressCapacityBps: number;
  /** '': it answers no probes. */
  probeAddress: string;
  /** Undefined: browsers measure at `httpAddress`. */
  measuringUrl: string | undefined;
  /** Name or IP at which clients reach the media ports. */
  mediaHost: string;
}

export interface HeartOptions {
  basics: HeartbeatBasics;
  clock: Clock;
  workers: () => readonly WorkerUsage[];
  /** By worker index. */
  mediaPorts: () => ReadonlyMap<number, number>;
  sessions: () => number;
  egressBps: () => number;
  /** Tracks that could be recorded besides. */
  recordingRoom: () => number;
  highestEpoch: () => number;
  neighbours: () => NeighbourRtt[];
  draining: () => boolean;
  publish: (heartbeat: EdgeHeartbeat) => void;
}

export interface Heart {
  /** An extra heartbeat, for news that should not wait. */
  beat(): void;
  stop(): void;
}

const periodMs = 1_000;

/** Says once a second that this edge is alive, and how it is. */
export function startHeart(options: HeartOptions): Heart {
  const beat = () => options.publish(heartbeat(options));
  beat();
  return { beat, stop: options.clock.every(periodMs, beat) };
}

function heartbeat({ basics, clock, ...now }: HeartOptions): EdgeHeartbeat {
  const [workers, mediaPorts] = [now.workers(), now.mediaPorts()];
  return EdgeHeartbeat.fromPartial({
    ...basics,
    protocol: protocolVersion,
    state: now.draining() ? EdgeLifecycle.DRAINING : EdgeLifecycle.READY,
    sentAtMs: clock.now(),
    workers: workers.map((worker) => {
      const { index, cpu, consumers, transports } = worker;
      return { index, cpu, consumers, transports, load: workerLoad(worker), mediaPort: mediaPorts.get(index) };
    }),
    load: hottestLoad(workers),
    sessions: now.sessions(),
    egressBps: now.egressBps(),
    recordingRoom: now.recordingRoom(),
    highestEpoch: now.highestEpoch(),
    neighbours: now.neighbours(),
  });
}
