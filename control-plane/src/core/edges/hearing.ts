/** What a replica knows of its own ears: silence of an edge means something only while the bus demonstrably works. */
export interface Hearing {
  connected: boolean;
  /** When the bus connection was last established, ms. */
  connectedAt: number;
  /** When anything at all was last heard on the bus, ms; the replica's own pulse counts. */
  heardAnythingAt: number;
}

export interface SilenceLimits {
  /** An edge is silent after this long without a heartbeat. */
  silentAfterMs: number;
  /** After the bus came back, edges get this long to come back too. */
  reconnectGraceMs: number;
}

/** Whether an edge last heard at `heardAt` counts as silent now. Never true while the replica itself may be deaf. */
export function isSilent(heardAt: number, hearing: Hearing, limits: SilenceLimits, now: number): boolean {
  if (!hearing.connected) return false;
  if (now - hearing.connectedAt < limits.reconnectGraceMs) return false;
  if (now - hearing.heardAnythingAt >= limits.silentAfterMs) return false;
  return now - heardAt >= limits.silentAfterMs;
}
