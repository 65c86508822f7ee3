import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port that is free for both UDP and TCP on that address just now. */
export async function freePort(ip: string): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const server = createServer().listen(0, ip);
    await once(server, 'listening');
    const address = server.address();
    const socket = createSocket(ip.includes(':') ? 'udp6' : 'udp4');
    try {
      if (address === null || typeof address === 'string') continue;
      socket.bind(address.port, ip);
      await once(socket, 'listening');
      return address.port;
    } catch {
      // Taken for UDP: try another.
    } finally {
      socket.close();
      server.close();
    }
  }
  throw new Error(`no port on ${ip} is free for both UDP and TCP`);
}
