import { EdgeFact, EdgeHeartbeat } from '@canopy/proto/bus';
import { type RouteTable, RouteUpdate } from '@canopy/proto/routing';
import { busAddress } from '@canopy/runtime/bus-address';
import { connect, type NatsConnection } from 'nats';

/** Hears what edges say on NATS and what they are told, and can push routes. */
export class BusListener implements AsyncDisposable {
  readonly facts: EdgeFact[] = [];
  readonly heartbeats: EdgeHeartbeat[] = [];
  /** Tables told to any edge. */
  readonly routes: RouteTable[] = [];
  readonly #connection: NatsConnection;

  static async start(natsUrl: string): Promise<BusListener> {
    const listener = new BusListener(await connect(busAddress(natsUrl)));
    await listener.#connection.flush();
    return listener;
  }

  private constructor(connection: NatsConnection) {
    this.#connection = connection;
    connection.subscribe('canopy.edge.*.fact', {
      callback: (_, message) => this.facts.push(EdgeFact.decode(message.data)),
    });
    connection.subscribe('canopy.edge.*.heartbeat', {
      callback: (_, message) => this.heartbeats.push(EdgeHeartbeat.decode(message.data)),
    });
    connection.subscribe('canopy.route.*', {
      callback: (_, message) => {
        const { table } = RouteUpdate.decode(message.data);
        if (table !== undefined) this.routes.push(table);
      },
    });
  }

  pushRoutes(table: RouteTable): void {
    this.#connection.publish(`canopy.route.${table.edgeId}`, RouteUpdate.encode({ table }).finish());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
  }
}
