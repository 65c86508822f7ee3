import { once } from 'node:events';
import { connect } from 'node:net';
import { isPort } from './stun.ts';

/** A port that takes media of clients, as its edge names it. */
export interface Door {
  protocol: 'udp' | 'tcp';
  address: string;
  port: number;
}

/** An edge that takes people; `media` null: it does not say where it takes their media. */
export interface MediaEdge {
  id: string;
  region: string;
  media: { address: string; ports: readonly number[] } | null;
}

const tcpPatienceMs = 3_000;

/** Each port of an edge over UDP and over TCP. */
export function doorsOf({ media }: MediaEdge): Door[] {
  // A replica of the version before says nothing at all of them.
  const { address = '', ports = [] } = media ?? {};
  return ports.filter(isPort).flatMap((port) => [
    { protocol: 'udp', address, port },
    { protocol: 'tcp', address, port },
  ]);
}

export function keyOf({ protocol, address, port }: Door): string {
  return `${protocol} ${address} ${port}`;
}

/** Whether somebody takes a connection there. */
export async function acceptsTcp({ address, port }: Door): Promise<boolean> {
  const socket = connect({ host: address, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(tcpPatienceMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
