import type { PipeEndpoint } from '@canopy/proto/edge_link';
import type {
  DtlsParameters,
  IceParameters,
  RtpCapabilities,
  RtpParameters,
  TrackKind,
  TransportParameters,
} from '@canopy/proto/media';
import type { Arrival } from '../../core/load/arrival.ts';
import type { WorkerUsage } from '../../core/load/worker-load.ts';
import type { LayerCounts, PreferredLayers } from '../../core/subscription/preferred-layers.ts';

/** Something that can go away by itself: its worker died, its owner closed it. */
export interface Closable {
  readonly closed: boolean;
  close(): void;
  /** Called once when it closes, whoever closes it; soon, if it is closed already. */
  onClosed(listener: () => void): void;
}

/** The worker processes of this edge. */
export interface MediaWorkers {
  /** Those alive now, with their load. */
  usage(): readonly WorkerUsage[];
  /** A router on that worker, with the codecs and payload types of the mesh or those given. Throws EDGE_OVERLOADED when the worker is gone. */
  openRouter(workerIndex: number, codecs?: ChosenCodecs): Promise<MediaRouter>;
  /** A worker process ended; everything on it is closed already. */
  onDied(listener: (workerIndex: number) => void): void;
}

/** What a client that made the offer can receive, each codec with the payload type that the client chose. */
export type ChosenCodecs = RtpCapabilities['codecs'];

/** A mediasoup router: the media of one meeting on one worker. */
export interface MediaRouter extends Closable {
  readonly workerIndex: number;
  openClientTransport(): Promise<ClientTransport>;
  /** `link`: to another edge, encrypted, repairing losses. `local`: to another worker of this edge, neither. */
  openPipe(reach: 'link' | 'local'): Promise<Pipe>;
  /** Sends plain RTP to a port of this host, and RTCP to the one after it. */
  openOutlet(port: number): Promise<RtpOutlet>;
  /** Listens who of them speaks. */
  openLoudness(): Promise<Loudness>;
  /** Measures how loud each of them is. */
  openLevels(): Promise<Levels>;
}

/** How a transport is reached, without the relays that help to get there. */
export type OwnParameters = Omit<TransportParameters, 'iceServers'>;

/** A transport to a browser (WebRTC: ICE, DTLS, SRTP). */
export interface ClientTransport extends Closable {
  readonly id: string;
  readonly parameters: OwnParameters;
  /** Starts DTLS. Doing it again with the same fingerprints changes nothing. */
  connect(dtls: DtlsParameters): Promise<void>;
  restartIce(): Promise<IceParameters>;
  /** Throws INVALID_MEDIA_PARAMETERS when the router can't take what the parameters say. */
  produce(track: { kind: TrackKind; rtpParameters: RtpParameters; paused: boolean }): Promise<MediaProducer>;
  /** Throws INVALID_MEDIA_PARAMETERS when the client can't receive the track's codec. */
  consume(options: ConsumeOptions): Promise<MediaConsumer>;
  /** Called once, when the client's media got through. */
  onConnected(listener: (over: 'udp' | 'tcp') => void): void;
  /** The client is gone: DTLS closed, or ICE disconnected for longer than the grace. */
  onLost(listener: () => void): void;
}

/** Where tracks leave for another process on this host. */
export interface RtpOutlet extends Closable {
  /** Everything the router can send, but no repair streams: nothing is lost on loopback. */
  readonly rtpCapabilities: RtpCapabilities;
  consume(options: ConsumeOptions): Promise<MediaConsumer>;
}

/** Compares audio tracks of one router by their level (RFC 6464). */
export interface Loudness extends Closable {
  /** Tracks that end are forgotten. */
  add(producer: MediaProducer): Promise<void>;
  /** Called with the id of the loudest producer whenever that is another one; undefined: all are silent. */
  onLoudest(listener: (producerId: string | undefined) => void): void;
}

/** Measures audio tracks of one router by their level (RFC 6464). */
export interface Levels extends Closable {
  /** Tracks that end are forgotten. */
  add(producer: MediaProducer): Promise<void>;
  /** Called four times a second with the mean level of each producer since the last time, dBov, by id; without those of which too little came. */
  onMeasured(listener: (levels: ReadonlyMap<string, number>) => void): void;
}

export interface ConsumeOptions {
  producer: MediaProducer;
  rtpCapabilities: RtpCapabilities;
  preferredLayers: PreferredLayers;
  priority: number;
  paused: boolean;
}

/** A track as it arrives at a router. */
export interface MediaProducer extends Closable {
  readonly id: string;
  readonly kind: TrackKind;
  readonly mimeType: string;
  readonly layers: LayerCounts;
  /** Resolves without effect when it is closed or already so. */
  setPaused(paused: boolean): Promise<void>;
  /** bit/s received, all layers. */
  bitrateBps(): Promise<number>;
  /** What arrives now, all layers. */
  arrival(): Promise<Arrival>;
  /** Received so far, all layers; 0 once it is closed. */
  receivedBytes(): Promise<number>;
  /** Of the best encoding, 0 (nothing arrives) to 10. */
  readonly score: number;
  /** Media of this spatial layer arrives, where each is a stream of its own. */
  arrives(spatialLayer: number): boolean;
  /** Hears the score when it changes. */
  onScore(listener: (score: number) => void): void;
}

/** A track as it leaves for one viewer. */
export interface MediaConsumer extends Closable {
  readonly id: string;
  readonly rtpParameters: RtpParameters;
  resume(): Promise<void>;
  pause(): Promise<void>;
  setPreferred(layers: PreferredLayers, priority: number): Promise<void>;
  /** How much of what is sent gets through: 0 (nothing) to 10 (all, or repaired). */
  readonly score: number;
  /** The layer that is sent now; undefined when none is, or there is but one. */
  readonly spatialLayer: number | undefined;
  /** Called when that is another. */
  onSpatialLayer(listener: () => void): void;
  /** Has the layers preferred looked at once more: mediasoup does so on few occasions, and may have missed the last. */
  reconsider(): Promise<void>;
  /** Asks the publisher for a keyframe, within what all who watch may ask for together. */
  requestKeyFrame(): Promise<void>;
  /** Called once, when the first packet goes out from now on. */
  onFirstPacket(listener: () => void): Promise<void>;
}

/** One end of a pipe between two routers. */
export interface Pipe extends Closable {
  readonly endpoint: PipeEndpoint;
  connect(remote: PipeEndpoint): Promise<void>;
  send(producer: MediaProducer): Promise<PipeSender>;
  receive(track: { kind: TrackKind; rtpParameters: RtpParameters; paused: boolean }): Promise<MediaProducer>;
  /** Received so far, control packets included. */
  receivedBytes(): Promise<number>;
  /** bit/s received; 0 once it is closed. */
  receivedBps(): Promise<number>;
}

/** A track on its way into a pipe; `rtpParameters` are for the other end's `receive`. */
export interface PipeSender extends Closable {
  readonly rtpParameters: RtpParameters;
  /** Held back, nothing of it is sent; let go again, a keyframe is asked for. Resolves without effect when it is closed. */
  setHeldBack(heldBack: boolean): Promise<void>;
}
