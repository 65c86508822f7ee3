import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import type { Certificates } from './certificates.ts';
import { actsAs, identityOf, type MeshIdentity, spiffeId } from './mesh-identity.ts';
import type { OnRefused } from './tls-listener.ts';

/** What the requests of a service say of who sends them. */
interface Sender {
  edgeId?: string;
  childEdgeId?: string;
  path?: readonly string[];
}

/** Who may call a service, by what its request says. */
const callers = new Map<string, (request: Sender) => MeshIdentity>([
  ['canopy.v1.EdgeMedia', () => ({ role: 'control-plane' })],
  ['canopy.v1.EdgeLink', ({ childEdgeId, path }) => ({ role: 'edge', edgeId: childEdgeId ?? path?.at(-1) })],
  ['canopy.v1.Routing', ({ edgeId }) => ({ role: 'edge', edgeId })],
]);

/**
 * What a gRPC server asks of each call: that the certificate of its connection names who may make it, and the edge that the
 * request says it comes from. Services that are not listed are refused to everybody. Nothing is asked without certificates, in
 * tests.
 */
export function authorization(certificates: Certificates | undefined, onRefused: OnRefused): ServerInterceptor[] {
  return certificates === undefined ? [] : [authorize(onRefused)];
}

function authorize(onRefused: OnRefused): ServerInterceptor {
  return ({ path }, call) => {
    const [, service = ''] = path.split('/');
    const caller = identityOf(call.getAuthContext().sslPeerCertificate?.subjectaltname);
    const allows = (request: Sender) => {
      const wanted = callers.get(service)?.(request);
      if (caller !== undefined && wanted !== undefined && actsAs(caller, wanted)) return true;
      const by = caller === undefined ? 'a certificate without a role' : spiffeId(caller);
      const text = `${path} is not for ${by}${wanted === undefined ? '' : `, but for ${spiffeId(wanted)}`}`;
      onRefused('role', text);
      call.sendStatus({ code: status.PERMISSION_DENIED, details: text });
      return false;
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, go) => {
            if (allows({})) go(metadata);
          },
          onReceiveMessage: (request, go) => {
            if (allows(request)) go(request);
          },
        }),
    });
  };
}
