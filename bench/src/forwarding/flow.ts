import { setTimeout as delay } from 'node:timers/promises';
import type { Track } from 'node-datachannel';
import { frameNumberOf, isRtcp } from '../../../edge-node/src/testing/rtp.ts';
import { cpuMs } from '../process-cpu.ts';
import type { RtpSource } from './load.ts';

/** What forwarding cost for a while. */
export interface Flow {
  /** Sent to all viewers together. */
  packets: number;
  /** Of the process that forwards and those it started, and of nothing else. */
  cpuMs: number;
  /** Of that, what the Node of an edge took; absent for other forwarders. */
  nodeCpuMs?: number;
  /** Of those sent to the viewers who count them, the share that arrived; 0 to 1. */
  arrived: number;
}

/** Something that forwards one stream to many viewers. */
export interface Forwarder extends AsyncDisposable {
  /** Has it forward for so long. */
  flow(ms: number): Promise<Flow>;
}

/** From the first packet until it is measured: viewers wait for a keyframe, which comes every second. */
const warmUpMs = 2_000;
/** What was sent last may be this long on its way. */
const patienceMs = 2_000;
const lookEveryMs = 20;

/** Viewers that count the packets they receive. */
export class Counters {
  viewers = 0;
  /** Of those counted, since {@link countFrom}. */
  packets = 0;
  #first = Number.POSITIVE_INFINITY;

  add(track: Track): void {
    this.viewers += 1;
    track.onMessage((packet) => {
      if (!isRtcp(packet) && frameNumberOf(packet) >= this.#first) this.packets += 1;
    });
  }

  /** Begins anew with the packet of that number: those before it may still be on their way. */
  countFrom(first: number): void {
    this.packets = 0;
    this.#first = first;
  }
}

export interface WebRtcFlow {
  source: RtpSource;
  /** To whatever forwards. */
  send: (packet: Buffer) => void;
  pid: number;
  /** Of an edge: what that process uses beyond this worker is Node's. */
  workerPid?: number;
  viewers: number;
  counters: Counters;
}

/** Sends through a forwarder to viewers who are connected already. */
export async function measureFlow(
  { source, send, pid, workerPid, viewers, counters }: WebRtcFlow,
  ms: number,
): Promise<Flow> {
  const look = () => ({ all: cpuMs([pid]), worker: cpuMs(workerPid === undefined ? [] : [workerPid]) });
  source.start(send);
  await delay(warmUpMs);
  const before = { ...look(), sent: source.packets };
  counters.countFrom(before.sent);
  await delay(ms);
  const after = look();
  const used = after.all - before.all;
  const packets = (source.packets - before.sent) * viewers;
  source.stop();
  const expected = (source.packets - before.sent) * counters.viewers;
  const endsAt = performance.now() + patienceMs;
  while (counters.packets < expected && performance.now() < endsAt) await delay(lookEveryMs);
  return {
    packets,
    cpuMs: used,
    ...(workerPid !== undefined && { nodeCpuMs: used - (after.worker - before.worker) }),
    arrived: counters.packets / expected,
  };
}
