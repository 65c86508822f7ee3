import { once } from 'node:events';
import { createServer, type TLSSocket } from 'node:tls';
import { type Server, ServerCredentials } from '@grpc/grpc-js';
import type { Certificates } from './certificates.ts';

/**
 * Why somebody is not let in. `certificate`: there was none, or another authority signed it. `handshake`: it was no TLS that both
 * sides understand. `role`: a call that the certificate does not allow.
 */
export type Refusal = 'certificate' | 'handshake' | 'role';

/** `text` is there for calls, and says which and whose. */
export type OnRefused = (why: Refusal, text?: string) => void;

const handshakeTimeoutMs = 5_000;

/** Where a gRPC server is reached, and what stops that. */
export interface GrpcListener {
  port: number;
  close(): void;
}

/**
 * Accepts connections for a gRPC server: from those who show a certificate of the same authority; without certificates from
 * everybody, which settings allow on loopback only (grpc-settings.ts), or where they say so.
 */
export function listenGrpc(
  server: Server,
  listen: { host: string; port: number },
  certificates: Certificates | undefined,
  onRefused: OnRefused,
): Promise<GrpcListener> {
  return certificates === undefined
    ? listenInsecure(server, listen)
    : listenTls(server, listen, certificates, onRefused);
}

function listenInsecure(server: Server, { host, port }: { host: string; port: number }): Promise<GrpcListener> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve({ port: bound, close: () => {} });
      else reject(error);
    });
  });
}

/**
 * Accepts connections for a gRPC server from those who show a certificate of the same authority. grpc-js can do that too, but
 * tells nobody whom it refused, and keeps its certificate for ever. Returns the port and what stops it.
 */
async function listenTls(
  server: Server,
  listen: { host: string; port: number },
  certificates: Certificates,
  onRefused: OnRefused,
): Promise<GrpcListener> {
  // Plain HTTP/2 inside: the connections handed over are decrypted, and their clients known.
  const decrypted = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = createServer({
    ...certificates.current,
    requestCert: true,
    rejectUnauthorized: true,
    ALPNProtocols: ['h2'],
    handshakeTimeout: handshakeTimeoutMs,
  });
  const stopFollowing = certificates.onRenewed((pem) => listener.setSecureContext(pem));
  listener.on('secureConnection', (socket) => {
    // Each error is followed by the end of the HTTP/2 session, which is what ends calls.
    socket.on('error', () => undefined);
    decrypted.injectConnection(socket);
  });
  listener.on('tlsClientError', (error, socket) => onRefused(refusal(error, socket)));
  listener.listen(listen.port, listen.host.replace(/^\[|\]$/g, ''));
  await once(listener, 'listening');
  const address = listener.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : listen.port,
    close() {
      stopFollowing();
      listener.close();
    },
  };
}

function refusal(error: Error, socket: TLSSocket): Refusal {
  const certificateMissing = 'code' in error && error.code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE';
  return certificateMissing || isSet(socket.authorizationError) ? 'certificate' : 'handshake';
}

/** Node leaves it null where its types promise an error. */
function isSet(error: unknown): boolean {
  return error !== null && error !== undefined;
}
