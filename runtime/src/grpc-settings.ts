import { ConfigError } from './env.ts';
import type { TlsFiles } from './grpc.ts';
import { isLoopback } from './loopback.ts';

/** What a node is told of its gRPC listener. */
interface GrpcSettings {
  /** What it listens on. */
  host: string;
  caFile: string | undefined;
  certFile: string | undefined;
  keyFile: string | undefined;
  /** It may go without TLS even where others reach it. */
  insecure: boolean;
}

/**
 * The files for mutual TLS of a node whose settings begin with `prefix`; undefined: it goes without. Whoever reaches it then
 * commands it, so that is for loopback only, unless the settings allow it. Throws a ConfigError that says what to do.
 */
export function tlsFilesOf(prefix: 'CONTROL' | 'EDGE', settings: GrpcSettings): TlsFiles | undefined {
  const { host, caFile, certFile, keyFile, insecure } = settings;
  if (caFile !== undefined && certFile !== undefined && keyFile !== undefined) return { caFile, certFile, keyFile };
  const names = `${prefix}_TLS_CA_FILE, ${prefix}_TLS_CERT_FILE and ${prefix}_TLS_KEY_FILE`;
  if (caFile !== undefined || certFile !== undefined || keyFile !== undefined)
    throw new ConfigError(`cannot start: ${names} belong together`);
  if (insecure || isLoopback(host)) return undefined;
  throw new ConfigError(
    `cannot start: whoever reaches ${prefix}_GRPC_LISTEN (${host}) could give commands, since there is no TLS: set ${names}, or listen on 127.0.0.1, or allow it with ${prefix}_GRPC_INSECURE=true`,
  );
}
