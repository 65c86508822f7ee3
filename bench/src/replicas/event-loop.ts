import type { Replica } from './house.ts';

/** The 99th percentile of the event-loop delay since this was asked last, ms: prom-client begins anew with each scrape. */
export async function eventLoopDelayP99Ms(replica: Replica): Promise<number> {
  const response = await fetch(`${replica.url}/metrics`, { signal: AbortSignal.timeout(30_000) });
  const value = /^nodejs_eventloop_lag_p99_seconds(?:\{[^}]*\})? (\S+)$/m.exec(await response.text())?.[1];
  if (value === undefined) throw new Error('the replica does not tell its event-loop delay');
  return Number(value) * 1_000;
}
