import { type RouteTable, RoutingClient } from '@canopy/proto/routing';
import { CanopyError } from '@canopy/runtime/errors';
import { channelOptions, clientCredentials, type TlsFiles } from '@canopy/runtime/grpc';
import { Metadata } from '@grpc/grpc-js';
import type { RouteAuthority } from '../app/ports/control-plane.ts';
import { unary } from './grpc-neighbours.ts';

const callTimeoutMs = 1_000;

/** The Routing service of the control plane; the replica that answered last is asked first. */
export class GrpcRouteAuthority implements RouteAuthority {
  readonly #edgeId: string;
  readonly #replicas: RoutingClient[];

  constructor(edgeId: string, addresses: readonly string[], tls: TlsFiles | undefined) {
    this.#edgeId = edgeId;
    this.#replicas = addresses.map((address) => new RoutingClient(address, clientCredentials(tls), channelOptions));
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
    for (const replica of this.#replicas) replica.close();
  }

  #ask(replica: RoutingClient, meetingId: string): Promise<RouteTable> {
    const request = { meetingId, edgeId: this.#edgeId };
    return unary((callback) =>
      replica.getRoutes(request, new Metadata(), { deadline: Date.now() + callTimeoutMs }, callback),
    );
  }

  #preferred(replica: RoutingClient): void {
    this.#replicas.splice(this.#replicas.indexOf(replica), 1);
    this.#replicas.unshift(replica);
  }
}
