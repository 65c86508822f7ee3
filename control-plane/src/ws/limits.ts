import type { RateLimit } from '../core/limits/token-bucket.ts';

/** What one connection may take. */
export interface SignalLimits {
  maxMessageBytes: number;
  messages: RateLimit;
  /** Messages that wait to be served. */
  mostWaiting: number;
  /** The first message must be there after so long. */
  helloTimeoutMs: number;
  /** Bytes sent and not taken; a client that lets more pile up is dropped. */
  maxBacklogBytes: number;
  pingEveryMs: number;
  closeTimeoutMs: number;
}

export const defaultSignalLimits: SignalLimits = {
  maxMessageBytes: 64 * 1024,
  messages: { ratePerSecond: 20, burst: 40 },
  mostWaiting: 64,
  helloTimeoutMs: 2_000,
  maxBacklogBytes: 1024 * 1024,
  pingEveryMs: 10_000,
  closeTimeoutMs: 1_000,
};
