import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Certificates } from '@canopy/runtime/certificates';
import { type ConnectionLimits, limitConnections } from './connection-limits.ts';

export interface ListenOptions {
  host: string;
  /** 0: any that is free. */
  port: number;
  /** Without them it is plain HTTP. */
  certificates?: Certificates | undefined;
}

/** Who says nothing, or not all of it, has its connection closed: after so long, looked for so often. */
const timeouts = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 };
const handshakeTimeout = 5_000;

export interface RunningHttpServer {
  port: number;
  close(): Promise<void>;
}

/** Listens, and resolves when it does. */
export async function serve(
  { host, port, certificates }: ListenOptions,
  answer: RequestListener,
  connections?: ConnectionLimits,
): Promise<RunningHttpServer> {
  const server =
    certificates === undefined
      ? createServer(timeouts, answer)
      : createTlsServer({ ...certificates.current, ...timeouts, handshakeTimeout }, answer);
  if (connections !== undefined) limitConnections(server, connections);
  const stopFollowing = certificates?.onRenewed((pem) => {
    if ('setSecureContext' in server) server.setSecureContext(pem);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      stopFollowing?.();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
