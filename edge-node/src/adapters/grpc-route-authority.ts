import { type RouteTable, RoutingClient } from '@canopy/proto/routing';
import type { Certificates } from '@canopy/runtime/certificates';
import { CanopyError } from '@canopy/runtime/errors';
import { clientCredentials, unaryCall } from '@canopy/runtime/grpc';
import { ownChannelOptions, Redial } from '@canopy/runtime/redial';
import type { RouteAuthority } from '../app/ports/control-plane.ts';

const callTimeoutMs = 1_000;

/** The Routing service of the control plane; the replica that answered last is asked first. */
export class GrpcRouteAuthority implements RouteAuthority {
  readonly #edgeId: string;
  /** Never changed, but replaced: who is asking goes on in the order that was. */
  #replicas: readonly Redial<RoutingClient>[];

  constructor(edgeId: string, addresses: readonly string[], certificates: Certificates | undefined) {
    this.#edgeId = edgeId;
    const credentials = clientCredentials(certificates);
    this.#replicas = addresses.map(
      (address) => new Redial(() => new RoutingClient(address, credentials, ownChannelOptions)),
    );
  }

  async getRoutes(meetingId: string): Promise<RouteTable> {
    let failure = new CanopyError('STATE_UNAVAILABLE');
    for (const replica of this.#replicas) {
      try {
        const table = await this.#ask(replica, meetingId);
        this.#preferred(replica);
        return table;
      } catch (error) {
        failure = CanopyError.from(error);
        if (!failure.retryable) throw failure;
      }
    }
    throw failure;
  }

  close(): void {
    for (const replica of this.#replicas) replica[Symbol.dispose]();
  }

  #ask({ client }: Redial<RoutingClient>, meetingId: string): Promise<RouteTable> {
    const request = { meetingId, edgeId: this.#edgeId };
    return unaryCall(client.getRoutes.bind(client), request, callTimeoutMs);
  }

  #preferred(replica: Redial<RoutingClient>): void {
    this.#replicas = [replica, ...this.#replicas.filter((other) => other !== replica)];
  }
}
