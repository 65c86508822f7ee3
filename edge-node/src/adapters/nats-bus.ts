import { setTimeout as delay } from 'node:timers/promises';
import { EdgeFact, EdgeHeartbeat } from '@canopy/proto/bus';
import { type RouteTable, RouteUpdate } from '@canopy/proto/routing';
import { backoffMs } from '@canopy/runtime/backoff';
import { busAddress } from '@canopy/runtime/bus-address';
import { busRoundTrip } from '@canopy/runtime/bus-round-trip';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { connect, type Msg, type NatsConnection, type Subscription } from 'nats';
import type { Fact, FactPublisher } from '../app/ports/control-plane.ts';

/** `permission`: the server did not let us say or hear something. `sender`: somebody spoke under the name of another. */
type BusRefusal = 'permission' | 'sender';

export interface NatsBusOptions {
  /** nats://[user:password@]host:port, or tls://, which insists on TLS */
  url: string;
  edgeId: string;
  bootId: string;
  clock: Clock;
  logger: Logger;
  onRoutes: (table: RouteTable) => void;
  /** Hears the heartbeats of all edges, this one's too; absent: nobody listens. */
  onHeartbeat?: ((heartbeat: EdgeHeartbeat) => void) | undefined;
  /** Something was refused. */
  onRefused: (why: BusRefusal) => void;
  /** The connection was lost, and is back, to whichever server. */
  onReconnected: () => void;
}

const reconnectEveryMs = 250;
const resubscribe = { initialMs: 500, maxMs: 10_000 };
/** TCP tries again later and later: an attempt begun while the network was cut would outlast the cut by seconds. */
const connectWithinMs = 1_200;
/** Two that are not answered end the connection, for the same reason. */
const pingEveryMs = 500;

/** What this edge says and hears on NATS. It works without: what can't be sent is dropped, and connecting goes on for ever. */
export class NatsBus implements FactPublisher {
  readonly #options: NatsBusOptions;
  #connection: NatsConnection | undefined;
  readonly #missedListeners: (() => void)[] = [];
  #up = false;
  #closed = false;

  constructor(options: NatsBusOptions) {
    this.#options = options;
    this.#background(this.#connect());
  }

  get connected(): boolean {
    return this.#up;
  }

  /** Seconds to the server it is connected to, by the name of that; nothing while there is none. */
  roundTrip(): ReturnType<typeof busRoundTrip> {
    return busRoundTrip(this.#connection, this.#options.clock);
  }

  /** The connection came back, or routes are heard again that were refused: what was said meanwhile is lost. */
  onMissed(listener: () => void): void {
    this.#missedListeners.push(listener);
  }

  publish(fact: Fact): void {
    const { edgeId, bootId } = this.#options;
    this.#send('fact', EdgeFact.encode({ edgeId, bootId, ...fact }).finish());
  }

  publishHeartbeat(heartbeat: EdgeHeartbeat): void {
    if (this.#up) this.#send('heartbeat', EdgeHeartbeat.encode(heartbeat).finish());
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#connection?.close();
  }

  /** Tries until there is a connection, or none is wanted any more. From then on the connection renews itself. */
  async #connect(): Promise<void> {
    for (let attempt = 0; !this.#closed; attempt++) {
      try {
        const connection = await connect({
          ...busAddress(this.#options.url),
          name: this.#options.edgeId,
          maxReconnectAttempts: -1,
          // A password that is wrong for a while, as when it is changed, must not end it for ever.
          ignoreAuthErrorAbort: true,
          reconnectTimeWait: reconnectEveryMs,
          timeout: connectWithinMs,
          pingInterval: pingEveryMs,
          maxPingOut: 2,
        });
        this.#use(connection);
        return;
      } catch (error) {
        if (attempt === 0) this.#options.logger.warn({ err: error }, 'no bus yet');
        await delay(reconnectEveryMs);
      }
    }
  }

  #use(connection: NatsConnection): void {
    if (this.#closed) {
      this.#background(connection.close());
      return;
    }
    this.#connection = connection;
    this.#up = true;
    this.#options.logger.info({}, 'bus connected');
    this.#background(this.#readStatus(connection));
    const { edgeId, onRoutes, onHeartbeat } = this.#options;
    const hearRoutes = ({ data }: Msg) => {
      const { table } = RouteUpdate.decode(data);
      if (table !== undefined) onRoutes(table);
    };
    this.#background(this.#keepHearing(connection, `canopy.route.${edgeId}`, hearRoutes, () => this.#tellMissed()));
    if (onHeartbeat === undefined) return;
    const hearEdge = (message: Msg) => this.#hearEdge(message, onHeartbeat);
    this.#background(this.#keepHearing(connection, 'canopy.edge.*.heartbeat', hearEdge));
  }

  async #readStatus(connection: NatsConnection): Promise<void> {
    for await (const { type, data: code, permissionContext: refused } of connection.status()) {
      if (type === 'disconnect') this.#setUp(false);
      else if (type === 'reconnect') {
        this.#setUp(true);
        this.#options.onReconnected();
        this.#tellMissed();
      } else if (type === 'error') {
        this.#options.logger.warn({ code, ...refused }, 'the bus refused something');
        if (refused !== undefined) this.#options.onRefused('permission');
      }
    }
  }

  /**
   * The library ends a subscription that the server refuses. That may be for a while only, as when permissions are changed, and
   * the server does not say when it is over.
   */
  async #keepHearing(
    connection: NatsConnection,
    subject: string,
    hear: (message: Msg) => void,
    onAgain: () => void = () => {},
  ): Promise<void> {
    for (let attempt = 0; !connection.isClosed(); attempt++) {
      const began = performance.now();
      const subscription = connection.subscribe(subject);
      try {
        if (attempt > 0) {
          await connection.flush();
          onAgain();
        }
        await this.#hearAll(subscription, hear);
      } catch (error) {
        this.#options.logger.warn({ err: error, attempt, subject }, 'listening to the bus failed');
      } finally {
        subscription.unsubscribe();
      }
      if (performance.now() - began > resubscribe.maxMs) attempt = 0;
      await delay(backoffMs(attempt, resubscribe, Math.random()), undefined, { ref: false });
    }
  }

  async #hearAll(subscription: Subscription, hear: (message: Msg) => void): Promise<void> {
    for await (const message of subscription) {
      try {
        hear(message);
      } catch (error) {
        this.#options.logger.warn({ err: error, subject: message.subject }, 'a malformed message');
      }
    }
  }

  /** A heartbeat counts only under the subject of its edge. */
  #hearEdge({ data, subject }: Msg, hear: (heartbeat: EdgeHeartbeat) => void): void {
    const heartbeat = EdgeHeartbeat.decode(data);
    if (subject === `canopy.edge.${heartbeat.edgeId}.heartbeat`) hear(heartbeat);
    else {
      this.#options.logger.warn({ edgeId: heartbeat.edgeId, subject }, 'an edge spoke under the name of another');
      this.#options.onRefused('sender');
    }
  }

  #tellMissed(): void {
    for (const listener of this.#missedListeners) listener();
  }

  #setUp(up: boolean): void {
    this.#up = up;
    this.#options.logger.warn({ up }, up ? 'bus connected again' : 'bus lost');
  }

  #send(subject: 'fact' | 'heartbeat', payload: Uint8Array): void {
    if (!this.#closed) this.#connection?.publish(`canopy.edge.${this.#options.edgeId}.${subject}`, payload);
  }

  #background(work: Promise<void>): void {
    work.catch((error: unknown) => this.#options.logger.error({ err: error }, 'reading the bus failed'));
  }
}
