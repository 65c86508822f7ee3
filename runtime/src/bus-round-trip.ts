import type { Clock } from './clock.ts';
import { withDeadline } from './deadline.ts';
import type { Labelled } from './metrics.ts';

/** What is asked of a connection to NATS. */
interface BusConnection {
  /** ms. Rejects without a connection. */
  rtt(): Promise<number>;
  /** Of the server that it is connected to, or was last. */
  readonly info?: { server_name: string } | undefined;
}

const patienceMs = 1_000;

/** Seconds to the server that a node is connected to, by that server's name; nothing where none answers. */
export async function busRoundTrip(connection: BusConnection | undefined, clock: Clock): Promise<Labelled> {
  if (connection === undefined) return [];
  try {
    const ms = await withDeadline(clock, patienceMs, connection.rtt());
    return [[connection.info?.server_name ?? '', ms / 1_000]];
  } catch {
    return [];
  }
}
