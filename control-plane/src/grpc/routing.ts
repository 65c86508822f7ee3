import { RoutingService } from '@canopy/proto/routing';
import { authorization } from '@canopy/runtime/authorization';
import type { Certificates } from '@canopy/runtime/certificates';
import { unaryHandlers } from '@canopy/runtime/grpc';
import type { Logger } from '@canopy/runtime/logger';
import { type GrpcListener, listenGrpc, type OnRefused } from '@canopy/runtime/tls-listener';
import { Server } from '@grpc/grpc-js';
import type { Planning } from '../app/planning/planning.ts';

/** The Routing service, which edges ask for routes they miss. Owns the gRPC server. */
export class RoutingServer {
  readonly #certificates: Certificates | undefined;
  readonly #onRefused: OnRefused;
  readonly #server: Server;
  #listener: GrpcListener | undefined;

  /** `onRefused`: somebody was not let in. */
  constructor(
    planning: Pick<Planning, 'routesOf'>,
    certificates: Certificates | undefined,
    onRefused: OnRefused,
    logger: Logger,
  ) {
    this.#certificates = certificates;
    this.#onRefused = onRefused;
    this.#server = new Server({ interceptors: authorization(certificates, onRefused) });
    const serve = unaryHandlers(logger);
    this.#server.addService(RoutingService, {
      getRoutes: serve(({ meetingId, edgeId }: { meetingId: string; edgeId: string }) =>
        planning.routesOf(meetingId, edgeId),
      ),
    });
  }

  /** Returns the port. */
  async listen(listen: { host: string; port: number }): Promise<number> {
    this.#listener = await listenGrpc(this.#server, listen, this.#certificates, this.#onRefused);
    return this.#listener.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener?.close();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.tryShutdown(() => resolve());
    const force = setTimeout(() => this.#server.forceShutdown(), 500);
    await promise;
    clearTimeout(force);
  }
}
