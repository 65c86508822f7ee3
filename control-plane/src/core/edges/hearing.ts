/** What a replica knows of its own ears: silence of an edge means something only while the bus demonstrably works. */
export interface Hearing {
  connected: boolean;
  /** When the bus connection was last established, ms. */
  connectedAt: number;
  /** When anything at all was last heard on the bus, ms; the replica's own pulse counts. */
  heardAnythingAt: number;
}

export interface SilenceLimits {
  /** An edge is silent when the bus brought something this long after its last heartbeat. */
  silentAfterMs: number;
  /** After the bus came back, edges get this long to come back too. */
  reconnectGraceMs: number;
}

/**
 * Whether an edge last heard at `heardAt` counts as silent now: something else was heard that much later. A replica that
 * went deaf with the bus heard everything for the last time within one period of heartbeats, and suspects nobody.
 */
export function isSilent(heardAt: number, hearing: Hearing, limits: SilenceLimits, now: number): boolean {
  if (!hearing.connected) return false;
  if (now - hearing.connectedAt < limits.reconnectGraceMs) return false;
  return hearing.heardAnythingAt - heardAt >= limits.silentAfterMs;
}

/** Whether what a replica knows of edges is of now: it hears the bus, and has since edges had the time to come back after it was away. */
export function hearsWell(hearing: Hearing, limits: SilenceLimits, now: number): boolean {
  const { connected, connectedAt, heardAnythingAt } = hearing;
  return connected && now - connectedAt >= limits.reconnectGraceMs && now - heardAnythingAt < limits.silentAfterMs;
}
