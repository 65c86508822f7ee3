import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Certificates } from '@canopy/runtime/certificates';

export interface ListenOptions {
  host: string;
  /** 0: any that is free. */
  port: number;
  /** Without them it is plain HTTP. */
  certificates?: Certificates | undefined;
}

export interface RunningHttpServer {
  port: number;
  close(): Promise<void>;
}

/** Listens, and resolves when it does. */
export async function serve(
  { host, port, certificates }: ListenOptions,
  answer: RequestListener,
): Promise<RunningHttpServer> {
  const server =
    certificates === undefined ? createServer(answer) : createTlsServer({ ...certificates.current }, answer);
  const stopFollowing = certificates?.onRenewed((pem) => {
    if ('setSecureContext' in server) server.setSecureContext(pem);
  });
  server.requestTimeout = 5_000;
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
