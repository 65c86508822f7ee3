import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type TLSSocket } from 'node:tls';
import type { TlsFiles } from '@canopy/runtime/grpc';
import { type Server, ServerCredentials } from '@grpc/grpc-js';

/** `certificate`: there was none, or another authority signed it. `handshake`: it was no TLS that both sides understand. */
export type TlsRefusal = 'certificate' | 'handshake';

const handshakeTimeoutMs = 5_000;

/**
 * Accepts connections for a gRPC server from those who show a certificate of the same authority. grpc-js can do that too, but
 * tells nobody whom it refused. Returns the port and what stops it.
 */
export async function listenTls(
  server: Server,
  listen: { host: string; port: number },
  tls: TlsFiles,
  onRefused: (why: TlsRefusal) => void,
): Promise<{ port: number; close: () => void }> {
  // Plain HTTP/2 inside: the connections handed over are decrypted, and their clients known.
  const decrypted = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = createServer({
    ca: readFileSync(tls.caFile),
    cert: readFileSync(tls.certFile),
    key: readFileSync(tls.keyFile),
    requestCert: true,
    rejectUnauthorized: true,
    ALPNProtocols: ['h2'],
    handshakeTimeout: handshakeTimeoutMs,
  });
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
    close: () => listener.close(),
  };
}

function refusal(error: Error, socket: TLSSocket): TlsRefusal {
  const certificateMissing = 'code' in error && error.code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE';
  return certificateMissing || isSet(socket.authorizationError) ? 'certificate' : 'handshake';
}

/** Node leaves it null where its types promise an error. */
function isSet(error: unknown): boolean {
  return error !== null && error !== undefined;
}
