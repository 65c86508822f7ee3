import { readFileSync } from 'node:fs';
import {
  type ChannelOptions,
  credentials,
  Metadata,
  ServerCredentials,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { CanopyError, errorClass, isErrorCode } from './errors.ts';
import { carryTrace, inServerSpan, type TraceCarrier } from './tracing.ts';

/** PEM files of a node: its own certificate and key, and the authority that signed everybody's. */
export interface TlsFiles {
  caFile: string;
  certFile: string;
  keyFile: string;
}

/** Credentials of a gRPC server that accepts only clients with a certificate of the same authority. Without `tls` it is insecure, for tests. */
export function serverCredentials(tls: TlsFiles | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  return ServerCredentials.createSsl(
    readFileSync(tls.caFile),
    [{ cert_chain: readFileSync(tls.certFile), private_key: readFileSync(tls.keyFile) }],
    true,
  );
}

/** Credentials of a gRPC client that shows its certificate. */
export function clientCredentials(tls: TlsFiles | undefined) {
  if (tls === undefined) return credentials.createInsecure();
  return credentials.createSsl(readFileSync(tls.caFile), readFileSync(tls.keyFile), readFileSync(tls.certFile));
}

/** Channel options between nodes: a dead peer is noticed within two seconds, a lost one is sought again at once. */
export const channelOptions: ChannelOptions = {
  'grpc.keepalive_time_ms': 1_000,
  'grpc.keepalive_timeout_ms': 1_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
};

/** The error as a gRPC status; the code of the registry travels in front of the text, as "CODE: text". */
export function toGrpcStatus(error: unknown): { code: number; details: string } {
  const known = CanopyError.from(error);
  return { code: errorClass(known.code).grpc, details: `${known.code}: ${known.message}` };
}

/** The reverse of {@link toGrpcStatus}; a transport failure becomes EDGE_UNREACHABLE or TIMEOUT. */
export function fromGrpcError(error: ServiceError): CanopyError {
  const [code = '', ...rest] = error.details.split(': ');
  if (isErrorCode(code)) return new CanopyError(code, rest.join(': '), { cause: error });
  if (error.code === status.DEADLINE_EXCEEDED) return new CanopyError('TIMEOUT', undefined, { cause: error });
  if (error.code === status.UNAVAILABLE || error.code === status.CANCELLED || endedWithoutStatus(error))
    return new CanopyError('EDGE_UNREACHABLE', undefined, { cause: error });
  return new CanopyError('INTERNAL', undefined, { cause: error });
}

/** Our servers end every call with a status; under load grpc-js loses one now and then (https://github.com/grpc/grpc-node/issues/1532). */
function endedWithoutStatus({ code, details }: ServiceError): boolean {
  return code === status.INTERNAL && details.startsWith('Received RST_STREAM');
}

/** The part of a grpc-js unary method that {@link unaryCall} needs. */
export type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: { deadline: number },
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** Calls a unary method (bound to its client), as part of the trace under way. Rejects with a coded error, in `timeoutMs` at the latest. */
export function unaryCall<Request, Response>(
  method: UnaryMethod<Request, Response>,
  request: Request,
  timeoutMs: number,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method(request, carryTrace(new Metadata()), { deadline: Date.now() + timeoutMs }, (error, response) => {
      if (error === null) resolve(response);
      else reject(fromGrpcError(error));
    });
  });
}

/** Serves one unary RPC with an async function whose errors become coded statuses, as part of the caller's trace. */
export function unaryHandler<Request, Response>(handle: (request: Request) => Promise<Response>) {
  return (
    call: { request: Request; metadata: TraceCarrier; getPath(): string },
    callback: (error: { code: number; details: string } | null, response?: Response) => void,
  ): void => {
    inServerSpan(call.getPath().slice(1), call.metadata, () => handle(call.request)).then(
      (response) => callback(null, response),
      (error: unknown) => callback(toGrpcStatus(error)),
    );
  };
}
