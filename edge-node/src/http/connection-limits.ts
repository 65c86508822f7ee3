import type { Server, Socket } from 'node:net';
import { siteKey } from '@canopy/runtime/address';

/** Connections that are held at once. */
export interface ConnectionLimits {
  total: number;
  /** Of IPv6: per /64, whose owner has all of its addresses. */
  perAddress: number;
  /** One was closed because there were so many. */
  onRefused?: () => void;
}

/** Closes what comes beyond the limits at once, before it costs more than having been accepted. */
export function limitConnections(server: Server, { total, perAddress, onRefused }: ConnectionLimits): void {
  const held = new Map<string, number>();
  server.maxConnections = total;
  server.on('drop', () => onRefused?.());
  server.on('connection', (socket: Socket) => {
    const address = siteKey(socket.remoteAddress ?? '');
    const before = held.get(address) ?? 0;
    if (before >= perAddress) {
      socket.destroy();
      onRefused?.();
      return;
    }
    held.set(address, before + 1);
    socket.once('close', () => {
      const left = (held.get(address) ?? 1) - 1;
      if (left === 0) held.delete(address);
      else held.set(address, left);
    });
  });
}
