import { RoutingService } from '@canopy/proto/routing';
import { serverCredentials, type TlsFiles, unaryHandler } from '@canopy/runtime/grpc';
import { Server } from '@grpc/grpc-js';
import type { Planning } from '../app/planning/planning.ts';

/** The Routing service, which edges ask for routes they miss. Owns the gRPC server. */
export class RoutingServer {
  readonly #server: Server;

  constructor(planning: Pick<Planning, 'routesOf'>) {
    this.#server = new Server();
    this.#server.addService(RoutingService, {
      getRoutes: unaryHandler(({ meetingId, edgeId }: { meetingId: string; edgeId: string }) =>
        planning.routesOf(meetingId, edgeId),
      ),
    });
  }

  /** Returns the port. */
  async listen(address: string, tls: TlsFiles | undefined): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#server.bindAsync(address, serverCredentials(tls), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
    return await promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.tryShutdown(() => resolve());
    const force = setTimeout(() => this.#server.forceShutdown(), 500);
    await promise;
    clearTimeout(force);
  }
}
