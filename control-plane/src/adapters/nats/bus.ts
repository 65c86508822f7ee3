import { ConnectionReplaced, EdgeFact, EdgeHeartbeat, EdgeReached, Reservation, RttsMeasured } from '@canopy/proto/bus';
import { type RouteTable, RouteUpdate } from '@canopy/proto/routing';
import { MeetingEvent } from '@canopy/proto/signal';
import { busAddress } from '@canopy/runtime/bus-address';
import { busRoundTrip } from '@canopy/runtime/bus-round-trip';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { Labelled } from '@canopy/runtime/metrics';
import { connect, headers, type Msg, type MsgHdrs, type NatsConnection, type Status } from 'nats';
import type { EdgeBus } from '../../app/edges/bus.ts';
import type { MeetingBus, MeetingListener } from '../../app/events/ports.ts';
import type { RouteAnnouncer } from '../../app/planning/ports.ts';
import type { Hearing } from '../../core/edges/hearing.ts';
import { busServers, isAboutServers } from './bus-servers.ts';

export interface NatsOptions {
  url: string;
  /** First token of all subjects. */
  namespace: string;
  replicaId: string;
  connectTimeoutMs: number;
}

/** `permission`: the server did not let us say or hear something. `sender`: somebody spoke under the name of another. */
export type BusRefusal = 'permission' | 'sender';

/** How soon after an edge fell silent this replica can know that it still hears. */
const pulseEveryMs = 250;
/** When an event was announced, ms of its replica's clock. */
const sentAtHeader = 'Canopy-Sent-At';

/** The bus on NATS: plain publish and subscribe, nothing kept. Owns the connection, which seeks the server for ever. */
export class NatsBus implements EdgeBus, MeetingBus, RouteAnnouncer {
  readonly #nats: NatsConnection;
  readonly #options: NatsOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #stopPulse: () => void;
  #hearing: Hearing;
  /** Until it is refused: settings of the bus may be of a version in which replicas did not ask. */
  #mayAskServers = true;
  #onEventLag: (lagMs: number) => void = () => {};
  #onRefused: (why: BusRefusal) => void = () => {};
  #onReconnected: () => void = () => {};

  private constructor(nats: NatsConnection, options: NatsOptions, clock: Clock, logger: Logger) {
    this.#nats = nats;
    this.#options = options;
    this.#logger = logger;
    this.#clock = clock;
    this.#hearing = { connected: true, connectedAt: clock.now(), heardAnythingAt: clock.now() };
    const pulse = this.#subject('replica', options.replicaId, 'pulse');
    this.#subscribe(pulse, () => {});
    this.#stopPulse = clock.every(pulseEveryMs, () => this.#publish(pulse, new Uint8Array()));
    void this.#followStatus();
  }

  static async connect(options: NatsOptions, clock: Clock, logger: Logger): Promise<NatsBus> {
    const nats = await connect({
      ...busAddress(options.url),
      name: `control-plane ${options.replicaId}`,
      timeout: options.connectTimeoutMs,
      maxReconnectAttempts: -1,
      // A password that is wrong for a while, as when it is changed, must not end it for ever.
      ignoreAuthErrorAbort: true,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      pingInterval: 2_000,
      maxPingOut: 2,
    });
    return new NatsBus(nats, options, clock, logger);
  }

  hearing(): Hearing {
    return this.#hearing;
  }

  /** The version of the server, once it answered. Rejects while the bus is away. */
  async serverVersion(): Promise<string> {
    await this.#nats.rtt();
    return this.#nats.info?.version ?? '';
  }

  /** Seconds to the server it is connected to, by the name of that; nothing while there is none. */
  roundTrip(): ReturnType<typeof busRoundTrip> {
    return busRoundTrip(this.#nats, this.#clock);
  }

  /** A one for each server of the bus that answers, by its name; nothing while it is away, or where replicas may not ask. */
  async servers(): Promise<Labelled> {
    if (!this.#hearing.connected || !this.#mayAskServers) return [];
    try {
      return (await busServers(this.#nats)).map((name) => [name, 1]);
    } catch (error) {
      this.#logger.debug({ err: error }, 'the servers of the bus could not be asked');
      return [];
    }
  }

  onHeartbeat(listener: (heartbeat: EdgeHeartbeat) => void): void {
    this.#hearEdges('heartbeat', EdgeHeartbeat, listener);
  }

  onFact(listener: (fact: EdgeFact) => void): void {
    this.#hearEdges('fact', EdgeFact, listener);
  }

  onReservation(listener: (reservation: Reservation) => void): void {
    this.#subscribe(this.#subject('placement', 'reservation'), ({ data }) => listener(Reservation.decode(data)));
  }

  announceReservation(reservation: Reservation): void {
    this.#publish(this.#subject('placement', 'reservation'), Reservation.encode(reservation).finish());
  }

  onReached(listener: (reached: EdgeReached) => void): void {
    this.#subscribe(this.#subject('placement', 'reached'), ({ data }) => listener(EdgeReached.decode(data)));
  }

  announceReached(reached: EdgeReached): void {
    this.#publish(this.#subject('placement', 'reached'), EdgeReached.encode(reached).finish());
  }

  onRttsMeasured(listener: (measured: RttsMeasured) => void): void {
    this.#subscribe(this.#subject('placement', 'measured'), ({ data }) => listener(RttsMeasured.decode(data)));
  }

  announceRttsMeasured(measured: RttsMeasured): void {
    this.#publish(this.#subject('placement', 'measured'), RttsMeasured.encode(measured).finish());
  }

  onBreakoutsChanged(listener: () => void): void {
    this.#subscribe(this.#subject('breakouts', 'changed'), () => listener());
  }

  announceBreakoutsChanged(): void {
    this.#publish(this.#subject('breakouts', 'changed'), new Uint8Array());
  }

  announceRoutes(table: RouteTable): boolean {
    return this.#publish(this.#subject('route', table.edgeId), RouteUpdate.encode({ table }).finish());
  }

  listen(meetingId: string, listener: MeetingListener): () => void {
    const stopEvents = this.#subscribe(this.#subject('meeting', meetingId, 'event'), ({ data, headers: sent }) => {
      const sentAt = Number(sent?.get(sentAtHeader));
      if (sentAt > 0) this.#onEventLag(Math.max(0, this.#clock.now() - sentAt));
      listener.event(MeetingEvent.decode(data));
    });
    const stopConnections = this.#subscribe(this.#subject('meeting', meetingId, 'connection'), ({ data }) => {
      const { participantId, connectionId } = ConnectionReplaced.decode(data);
      listener.replaced(participantId, connectionId);
    });
    return () => {
      stopEvents();
      stopConnections();
    };
  }

  announceEvents(meetingId: string, events: readonly MeetingEvent[]): void {
    const subject = this.#subject('meeting', meetingId, 'event');
    const sent = headers();
    sent.set(sentAtHeader, String(this.#clock.now()));
    for (const event of events) this.#publish(subject, MeetingEvent.encode(event).finish(), sent);
  }

  /** How long events of meetings are under way to this replica, by the clocks of both ends. Its own come back to it, too. */
  onEventLag(listener: (lagMs: number) => void): void {
    this.#onEventLag = listener;
  }

  /** What somebody was refused on the bus: this replica by its server, or a sender by this replica. */
  onRefused(listener: (why: BusRefusal) => void): void {
    this.#onRefused = listener;
  }

  /** The connection was lost, and is back, to whichever server. */
  onReconnected(listener: () => void): void {
    this.#onReconnected = listener;
  }

  announceReplaced(meetingId: string, participantId: string, connectionId: string): void {
    const replaced = ConnectionReplaced.encode({ participantId, connectionId }).finish();
    this.#publish(this.#subject('meeting', meetingId, 'connection'), replaced);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopPulse();
    await this.#nats.close();
  }

  /** The client writes subjects into its stream of commands as they are: no id may be more than one token. */
  #subject(...tokens: string[]): string {
    const wrong = tokens.find((token) => !/^[\w-]+$/.test(token));
    if (wrong !== undefined) throw new Error(`no token of a subject: ${JSON.stringify(wrong)}`);
    return [this.#options.namespace, ...tokens].join('.');
  }

  /** What is said while the bus is away is lost, not kept for later: later it would be old. */
  #publish(subject: string, data: Uint8Array, about?: MsgHdrs): boolean {
    const up = this.#hearing.connected && !this.#nats.isClosed();
    if (up) this.#nats.publish(subject, data, about && { headers: about });
    return up;
  }

  #subscribe(subject: string, heard: (message: Msg) => void): () => void {
    const subscription = this.#nats.subscribe(subject, {
      callback: (error, message) => {
        if (error !== null) return this.#logger.warn({ err: error, subject }, 'a bus subscription failed');
        this.#hearing = { ...this.#hearing, heardAnythingAt: this.#clock.now() };
        try {
          heard(message);
        } catch (cause) {
          this.#logger.warn({ err: cause, subject: message.subject }, 'a malformed bus message was dropped');
        }
      },
    });
    return () => subscription.unsubscribe();
  }

  /** What edges say counts only under their own subject: servers may let each edge speak under no other. */
  #hearEdges<Said extends { edgeId: string }>(
    kind: 'heartbeat' | 'fact',
    type: { decode(data: Uint8Array): Said },
    listener: (said: Said) => void,
  ): void {
    this.#subscribe(`${this.#options.namespace}.edge.*.${kind}`, ({ data, subject }) => {
      const said = type.decode(data);
      if (subject.split('.').at(-2) === said.edgeId) listener(said);
      else {
        this.#logger.warn({ edgeId: said.edgeId, subject }, 'an edge spoke under the name of another');
        this.#onRefused('sender');
      }
    });
  }

  async #followStatus(): Promise<void> {
    for await (const status of this.#nats.status()) {
      if (status.type === 'disconnect') {
        this.#hearing = { ...this.#hearing, connected: false };
        this.#logger.warn({}, 'the bus is away');
      } else if (status.type === 'reconnect') {
        this.#hearing = { ...this.#hearing, connected: true, connectedAt: this.#clock.now() };
        this.#logger.info({}, 'the bus is back');
        this.#mayAskServers = true;
        this.#onReconnected();
      } else if (status.type === 'error') {
        this.#onError(status);
      }
    }
  }

  #onError({ data: code, permissionContext: refused }: Status): void {
    if (refused !== undefined && isAboutServers(refused)) {
      this.#mayAskServers = false;
      this.#logger.info({ ...refused }, 'the bus does not say which servers it has');
      return;
    }
    this.#logger.warn({ code, ...refused }, 'the bus refused something');
    if (refused !== undefined) this.#onRefused('permission');
  }
}
