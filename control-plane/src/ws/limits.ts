import type { RateLimit } from '@canopy/runtime/token-bucket';

/** What one connection may take. */
export interface SignalLimits {
  maxMessageBytes: number;
  messages: RateLimit;
  /** Beyond that each is refused; a client that goes on is dropped. */
  refusals: RateLimit;
  /** Joins and resumes that fail, one after the other. */
  mostFailedHellos: number;
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
  refusals: { ratePerSecond: 20, burst: 200 },
  mostFailedHellos: 10,
  mostWaiting: 64,
  helloTimeoutMs: 2_000,
  maxBacklogBytes: 1024 * 1024,
  pingEveryMs: 10_000,
  closeTimeoutMs: 1_000,
};
