import type { NeighbourRtt } from '@canopy/proto/bus';
import type { Clock } from '@canopy/runtime/clock';
import {
  afterAnswer,
  afterLoss,
  lossOf,
  nothingMeasured,
  type PathMeasurement,
  unansweredOf,
} from '../../core/probing/path-measurement.ts';
import { betweenProbesMs, peerToProbe } from '../../core/probing/probe-schedule.ts';
import type { Probe, ProbeDrop, ProbeSender } from '../ports/probes.ts';
import { GuestList } from './guest-list.ts';

export interface ProbingOptions {
  edgeId: string;
  /** Names this run of the process in its probes. */
  token: bigint;
  sender: ProbeSender;
  clock: Clock;
  countProbe: (fate: 'answered' | 'lost') => void;
  countDrop: (why: ProbeDrop) => void;
}

interface Peer {
  /** ip:port */
  address: string;
  heardAt: number;
  measurement: PathMeasurement;
}

/** An answer that takes longer counts as lost. */
const answerWithinMs = 1_500;

/** An edge not heard of for this long is no longer probed. */
const forgottenAfterMs = 60_000;

/** A tick this late says that this process stood still: what was under way then tells nothing about the network. */
const stoodStillMs = 500;

/** Edges reported at once: those probed last. */
const reported = 50;

/** Measures round-trip time and loss to the other edges, and answers their probes. */
export class Probing {
  /** Whose datagrams are looked at. */
  readonly guests: GuestList;
  readonly #options: ProbingOptions;
  readonly #peers = new Map<string, Peer>();
  /** Who was probed when, longest ago first. */
  readonly #probedAt = new Map<string, number | undefined>();
  /** By sequence, in the order they were sent. */
  readonly #underWay = new Map<number, { peerId: string; sentAt: number }>();
  readonly #stop: () => void;
  #sequence = 0;
  #tickedAt: number;

  constructor(options: ProbingOptions) {
    this.#options = options;
    this.guests = new GuestList(() => options.clock.monotonicMs());
    this.#tickedAt = options.clock.monotonicMs();
    this.#stop = options.clock.every(betweenProbesMs, () => this.#tick());
  }

  /** Another edge is there and answers probes at `address` (ip:port); '': it does not. What was measured of another address is forgotten. */
  hear(edgeId: string, address: string): void {
    if (edgeId === this.#options.edgeId) return;
    const heardAt = this.#options.clock.monotonicMs();
    const known = this.#peers.get(edgeId);
    if (known !== undefined && known.address === address) {
      known.heardAt = heardAt;
      return;
    }
    this.#forget(edgeId);
    if (address === '') return;
    this.#peers.set(edgeId, { address, heardAt, measurement: nothingMeasured });
    this.#probedAt.set(edgeId, undefined);
    this.guests.add(address);
  }

  /** What is known of the ways to other edges. `rttMs` is 0 where nobody ever answered. */
  neighbours(): NeighbourRtt[] {
    const measured = [...this.#probedAt.keys()].flatMap((edgeId) => {
      const measurement = this.#peers.get(edgeId)?.measurement;
      if (measurement === undefined || measurement.lost.length === 0) return [];
      const unanswered = unansweredOf(measurement);
      return { edgeId, rttMs: measurement.rttMs ?? 0, loss: lossOf(measurement), unanswered };
    });
    return measured.slice(-reported);
  }

  /** An authentic datagram came. */
  receive(probe: Probe, from: string): void {
    if (probe.kind === 'request') this.#options.sender.send({ ...probe, kind: 'answer' }, from);
    else this.#settle(probe);
  }

  close(): void {
    this.#stop();
  }

  #tick(): void {
    const now = this.#options.clock.monotonicMs();
    if (now - this.#tickedAt > stoodStillMs) this.#underWay.clear();
    this.#tickedAt = now;
    this.#giveUp(now - answerWithinMs);
    const peerId = peerToProbe(this.#probedAt, now);
    if (peerId !== undefined) this.#probe(peerId, now);
  }

  #probe(peerId: string, now: number): void {
    const peer = this.#peers.get(peerId);
    if (peer === undefined || now - peer.heardAt > forgottenAfterMs) {
      this.#forget(peerId);
      return;
    }
    this.#probedAt.delete(peerId);
    this.#probedAt.set(peerId, now);
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#underWay.set(this.#sequence, { peerId, sentAt: now });
    this.#options.sender.send({ kind: 'request', token: this.#options.token, sequence: this.#sequence }, peer.address);
  }

  #settle({ token, sequence }: Probe): void {
    const asked = this.#underWay.get(sequence);
    if (token !== this.#options.token || asked === undefined) {
      this.#options.countDrop('unasked');
      return;
    }
    this.#underWay.delete(sequence);
    this.#options.countProbe('answered');
    const tookMs = this.#options.clock.monotonicMs() - asked.sentAt;
    this.#measured(asked.peerId, (measurement) => afterAnswer(measurement, tookMs));
  }

  #giveUp(sentBefore: number): void {
    for (const [sequence, { peerId, sentAt }] of this.#underWay) {
      if (sentAt > sentBefore) return;
      this.#underWay.delete(sequence);
      this.#options.countProbe('lost');
      this.#measured(peerId, afterLoss);
    }
  }

  #measured(peerId: string, change: (measurement: PathMeasurement) => PathMeasurement): void {
    const peer = this.#peers.get(peerId);
    if (peer !== undefined) peer.measurement = change(peer.measurement);
  }

  #forget(edgeId: string): void {
    const known = this.#peers.get(edgeId);
    if (known !== undefined) this.guests.remove(known.address);
    this.#peers.delete(edgeId);
    this.#probedAt.delete(edgeId);
    for (const [sequence, { peerId }] of this.#underWay) if (peerId === edgeId) this.#underWay.delete(sequence);
  }
}
