/** A datagram between two edges that share the probe key. */
export interface Probe {
  kind: 'request' | 'answer';
  /** Names the run of the process that asked: an answer to an earlier one is nobody's. An unsigned 64-bit number. */
  token: bigint;
  /** Chosen by who asks, repeated in the answer. An unsigned 32-bit number. */
  sequence: number;
}

/** Sends probes over the link network. Best effort; `to` is an ip:port, IPv6 in brackets. */
export interface ProbeSender {
  send(probe: Probe, to: string): void;
}

/** Why a datagram that came was not heeded. */
export type ProbeDrop = 'malformed' | 'too many' | 'not authentic' | 'unasked';
