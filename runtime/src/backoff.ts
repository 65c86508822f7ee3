export interface BackoffOptions {
  initialMs: number;
  maxMs: number;
}

/** The wait before attempt `attempt` (from 0): exponential with full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). `random` is in [0, 1). */
export function backoffMs(attempt: number, options: BackoffOptions, random: number): number {
  return Math.round(Math.min(options.maxMs, options.initialMs * 2 ** Math.min(attempt, 30)) * random);
}
