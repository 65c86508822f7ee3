import type { Server, Socket } from 'node:net';

/** Connections that are held at once. */
export interface ConnectionLimits {
  total: number;
  perAddress: number;
}

/** Closes what comes beyond the limits at once, before it costs more than having been accepted. */
export function limitConnections(server: Server, { total, perAddress }: ConnectionLimits): void {
  const held = new Map<string, number>();
  server.maxConnections = total;
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const before = held.get(address) ?? 0;
    if (before >= perAddress) {
      socket.destroy();
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
