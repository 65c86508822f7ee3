import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

export interface ListenOptions {
  host: string;
  /** 0: any that is free. */
  port: number;
  /** PEM files; without them it is plain HTTP. */
  tls?: { certFile: string; keyFile: string } | undefined;
}

export interface RunningHttpServer {
  port: number;
  close(): Promise<void>;
}

/** Listens, and resolves when it does. */
export async function serve({ host, port, tls }: ListenOptions, answer: RequestListener): Promise<RunningHttpServer> {
  const server =
    tls === undefined
      ? createServer(answer)
      : createTlsServer({ cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) }, answer);
  server.requestTimeout = 5_000;
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
