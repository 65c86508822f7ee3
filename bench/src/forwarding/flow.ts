import { setTimeout as delay } from 'node:timers/promises';
import type { Track } from 'node-datachannel';
import { isRtcp } from '../../../edge-node/src/testing/rtp.ts';
import { cpuMs } from '../process-cpu.ts';
import type { RtpSource } from './load.ts';

/** What forwarding cost for a while. */
export interface Flow {
  /** Sent to all viewers together. */
  packets: number;
  /** Of the process that forwards, and of nothing else. */
  cpuMs: number;
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
/** Until what was sent last has arrived. */
const settleMs = 300;

/** Viewers that count the packets they receive. */
export class Counters {
  packets = 0;
  viewers = 0;

  add(track: Track): void {
    this.viewers += 1;
    track.onMessage((packet) => {
      if (!isRtcp(packet)) this.packets += 1;
    });
  }
}

export interface WebRtcFlow {
  source: RtpSource;
  /** To whatever forwards. */
  send: (packet: Buffer) => void;
  pid: number;
  viewers: number;
  counters: Counters;
}

/** Sends through a forwarder to viewers who are connected already. */
export async function measureFlow({ source, send, pid, viewers, counters }: WebRtcFlow, ms: number): Promise<Flow> {
  source.start(send);
  await delay(warmUpMs);
  const before = { cpuMs: cpuMs([pid]), sent: source.packets, counted: counters.packets };
  await delay(ms);
  const used = cpuMs([pid]) - before.cpuMs;
  const packets = (source.packets - before.sent) * viewers;
  source.stop();
  await delay(settleMs);
  const counted = counters.packets - before.counted;
  const expected = (source.packets - before.sent) * counters.viewers;
  return { packets, cpuMs: used, arrived: counted / expected };
}
