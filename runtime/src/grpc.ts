import {
  type ChannelCredentials,
  type ChannelOptions,
  credentials,
  experimental,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type { CertificateFiles, Certificates } from './certificates.ts';
import { CanopyError, errorClass, isErrorCode } from './errors.ts';
import type { Logger } from './logger.ts';
import { protocolVersion, requireUnderstood } from './protocol.ts';
import { carryTrace, inServerSpan, type TraceCarrier } from './tracing.ts';

/** PEM files of a node: its own certificate and key, and the authority that signed everybody's. */
export interface TlsFiles extends CertificateFiles {
  caFile: string;
}

/**
 * Credentials of a gRPC client that shows its certificate: each new connection the one that is in force then. Without
 * certificates it is insecure, for tests.
 */
export function clientCredentials(certificates: Certificates | undefined): ChannelCredentials {
  if (certificates === undefined) return credentials.createInsecure();
  const provider = new CertificateProvider(certificates);
  return experimental.createCertificateProviderChannelCredentials(provider, provider);
}

/** Tells grpc-js of certificates, now and whenever they are renewed. */
class CertificateProvider implements experimental.CertificateProvider {
  readonly #certificates: Certificates;
  readonly #stops = new Map<unknown, () => void>();

  constructor(certificates: Certificates) {
    this.#certificates = certificates;
  }

  addCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.#add(listener, () => {
      const { ca } = this.#certificates.current;
      listener(ca === undefined ? null : { caCertificate: ca });
    });
  }

  addIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#add(listener, () => {
      const { cert, key } = this.#certificates.current;
      listener({ certificate: cert, privateKey: key });
    });
  }

  removeCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.#remove(listener);
  }

  removeIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#remove(listener);
  }

  #add(listener: unknown, tell: () => void): void {
    this.#stops.set(listener, this.#certificates.onRenewed(tell));
    tell();
  }

  #remove(listener: unknown): void {
    this.#stops.get(listener)?.();
    this.#stops.delete(listener);
  }
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

/** The reverse of {@link toGrpcStatus}; a transport failure becomes EDGE_UNREACHABLE or TIMEOUT, and so does it if the other side does not know us. */
export function fromGrpcError(error: ServiceError): CanopyError {
  const [code = '', ...rest] = error.details.split(': ');
  if (isErrorCode(code)) return new CanopyError(code, rest.join(': '), { cause: error });
  if (error.code === status.DEADLINE_EXCEEDED) return new CanopyError('TIMEOUT', undefined, { cause: error });
  if (unreachable.has(error.code) || endedWithoutStatus(error))
    return new CanopyError('EDGE_UNREACHABLE', undefined, { cause: error });
  return new CanopyError('INTERNAL', undefined, { cause: error });
}

/** PERMISSION_DENIED without one of our codes: the other side's certificates and ours are not of one mesh, see authorization.ts. */
const unreachable: ReadonlySet<status> = new Set([status.UNAVAILABLE, status.CANCELLED, status.PERMISSION_DENIED]);

/** Our servers end every call with a status; under load grpc-js loses one now and then (https://github.com/grpc/grpc-node/issues/1532). */
function endedWithoutStatus({ code, details }: ServiceError): boolean {
  return code === status.INTERNAL && details.startsWith('Received RST_STREAM');
}

const versionKey = 'canopy-protocol';

/** What every call between nodes says beside its request: the trace it is part of, and the version its caller speaks. */
export function callMetadata(): Metadata {
  const metadata = new Metadata();
  metadata.set(versionKey, String(protocolVersion));
  return carryTrace(metadata);
}

/** The part of a call to a grpc-js server that is the same for every kind of it. */
interface ServerCall {
  metadata: TraceCarrier;
  getPath(): string;
}

/**
 * Serves a call as part of its caller's trace, and logs the failures that are a mistake of ours: the caller is told nothing of
 * them. Errors: PROTOCOL_MISMATCH, and those of the work.
 */
export function inCall<T>(call: ServerCall, logger: Logger, work: () => Promise<T>): Promise<T> {
  const method = call.getPath().slice(1);
  return inServerSpan(method, call.metadata, async () => {
    try {
      const [said] = call.metadata.get(versionKey);
      requireUnderstood(said === undefined ? undefined : Number(said));
      return await work();
    } catch (error) {
      if (CanopyError.from(error).code === 'INTERNAL') logger.error({ err: error, method }, 'a call failed');
      throw error;
    }
  });
}

/** The part of a grpc-js unary method that {@link unaryCall} needs. */
export type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: { deadline: number },
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** A status that was lost so often is not lost by chance. */
const mostCalls = 3;

/**
 * Calls a unary method (bound to its client), as part of the trace under way; again if its status was lost, but for one that
 * answers differently the second time (`once`). Rejects with a coded error, in `timeoutMs` at the latest.
 */
export function unaryCall<Request, Response>(
  method: UnaryMethod<Request, Response>,
  request: Request,
  timeoutMs: number,
  { once = false } = {},
): Promise<Response> {
  const options = { deadline: Date.now() + timeoutMs };
  return new Promise((resolve, reject) => {
    const call = (left: number) =>
      method(request, callMetadata(), options, (error, response) => {
        if (error === null) resolve(response);
        else if (left > 1 && endedWithoutStatus(error)) call(left - 1);
        else reject(fromGrpcError(error));
      });
    call(once ? 1 : mostCalls);
  });
}

/** Makes async functions into handlers of unary RPCs, see {@link inCall}; their errors become coded statuses. */
export function unaryHandlers(logger: Logger) {
  return <Request, Response>(handle: (request: Request) => Promise<Response>) =>
    (
      call: ServerCall & { request: Request },
      callback: (error: { code: number; details: string } | null, response?: Response) => void,
    ): void => {
      inCall(call, logger, () => handle(call.request)).then(
        (response) => callback(null, response),
        (error: unknown) => callback(toGrpcStatus(error)),
      );
    };
}
