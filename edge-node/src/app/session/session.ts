import type { RestartIceResponse } from '@canopy/proto/edge_media';
import type { DtlsParameters, RtpCapabilities, TransportParameters } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';
import type { LocalFeed } from '../cascade/local-feed.ts';
import type { RouterLease } from '../meeting/meeting-routers.ts';
import type { ClientTransport, MediaRouter } from '../ports/media.ts';
import type { Relay } from '../ports/relay.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface SessionOptions {
  participantId: string;
  openingId: string | undefined;
  lease: RouterLease;
  /** Absent for attendees. */
  send: ClientTransport | undefined;
  receive: ClientTransport;
  rtpCapabilities: RtpCapabilities;
  /** The client's certificate, when it was given with the first request. */
  dtls: DtlsParameters | undefined;
  relay: Relay;
  subscriptions: Subscriptions;
}

/** What one participant has on this edge: two transports on one worker, tracks it publishes, tracks it receives. */
export class Session {
  readonly participantId: string;
  readonly workerIndex: number;
  /** What it goes by: that of whoever asked for it last. */
  openingId: string | undefined;
  #send: ClientTransport | undefined;
  readonly receive: ClientTransport;
  readonly subscriptions: Subscriptions;
  /** Tracks published here, by id. */
  readonly published = new Map<string, LocalFeed>();
  /** The client's media got through. */
  connected = false;
  readonly #options: SessionOptions;
  readonly #closedListeners: (() => void)[] = [];
  #closed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.participantId = options.participantId;
    this.openingId = options.openingId;
    this.workerIndex = options.lease.router.workerIndex;
    this.#send = options.send;
    this.receive = options.receive;
    this.subscriptions = options.subscriptions;
  }

  /** Absent for attendees. */
  get send(): ClientTransport | undefined {
    return this.#send;
  }

  /** From now on it may publish over this transport. */
  startSending(transport: ClientTransport): void {
    this.#send = transport;
  }

  /** What was published here ends. */
  stopSending(): void {
    const transport = this.#send;
    this.#send = undefined;
    for (const feed of this.published.values()) feed.release();
    transport?.close();
  }

  /** Where what it publishes enters. */
  get router(): MediaRouter {
    return this.#options.lease.router;
  }

  /** A transport on the session's worker, not yet in use. */
  openTransport(): Promise<ClientTransport> {
    return this.#options.lease.router.openClientTransport();
  }

  get closed(): boolean {
    return this.#closed;
  }

  get transports(): ClientTransport[] {
    return this.send === undefined ? [this.receive] : [this.send, this.receive];
  }

  /** True when a client with this certificate is the one this session was opened for. */
  isFor(dtls: DtlsParameters | undefined): boolean {
    return fingerprintsOf(dtls) === fingerprintsOf(this.#options.dtls);
  }

  async connect(transportId: string, dtls: DtlsParameters): Promise<void> {
    const transport = this.transports.find(({ id }) => id === transportId);
    if (transport === undefined) throw new CanopyError('TRANSPORT_NOT_FOUND');
    await transport.connect(dtls);
  }

  /** How the client gets to its transports; `send` is absent for attendees. */
  offer(): { send?: TransportParameters; receive: TransportParameters } {
    const iceServers = this.#iceServers();
    const receive = { ...this.receive.parameters, iceServers };
    return { receive, ...(this.send && { send: { ...this.send.parameters, iceServers } }) };
  }

  async restartIce(): Promise<RestartIceResponse> {
    const [receive, send] = await Promise.all([this.receive.restartIce(), this.send?.restartIce()]);
    return { receive, ...(send && { send }), iceServers: this.#iceServers() };
  }

  #iceServers() {
    return this.#options.relay.serversFor(this.participantId);
  }

  onClosed(listener: () => void): void {
    this.#closedListeners.push(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.subscriptions.close();
    for (const feed of this.published.values()) feed.release();
    for (const transport of this.transports) transport.close();
    this.#options.lease.release();
    for (const listener of this.#closedListeners) listener();
  }
}

function fingerprintsOf(dtls: DtlsParameters | undefined): string {
  return (dtls?.fingerprints ?? []).map(({ algorithm, value }) => `${algorithm} ${value.toLowerCase()}`).join();
}
