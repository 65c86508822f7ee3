import {
  type ConsumerParameters,
  TrackKind,
  TrackSource,
  type TransportParameters,
  trackSourceFromJSON,
} from '@canopy/proto/media';
import type { Edge, IceRestarted, Joined, Publish } from '@canopy/proto/signal';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type {
  Consumer,
  Device,
  Producer,
  ProducerOptions,
  RtpCodecCapability,
  RtpEncodingParameters,
  Transport,
} from 'mediasoup-client/types';
import type { MediaEncryption } from '../e2ee/meeting-encryption.ts';
import { audioOptions, type VideoCodec, videoCodecs, videoEncodings } from './encodings.ts';
import { regather, restartIce } from './ice-restart.ts';
import type { DtlsIdentity } from './identity.ts';
import { fromWireRtpParameters, fromWireTransport, kindOf, toWireRtpParameters } from './wire.ts';

/** `interrupted`: packets stopped flowing; they may flow again after an ICE restart. */
export type MediaState = 'connecting' | 'connected' | 'interrupted';

export interface SendOptions {
  source: TrackSource;
  muted: boolean;
  codec: VideoCodec;
  /** The track exists already, and moves here from another session. */
  trackId?: string;
}

/** What a server prepared for a participant on one edge, by the join or by a move. */
export type SessionOffer = Pick<Joined, 'edge' | 'sendTransport' | 'receiveTransport'>;

export interface MediaSessionOptions {
  device: Device;
  identity: DtlsIdentity;
  offer: SessionOffer;
  /** Announces a track and returns its id. */
  publish: (publish: Publish) => Promise<string>;
  encryption?: MediaEncryption | undefined;
}

/** A participant's media on one edge: a transport to send (unless it only watches) and one to receive. When the participant moves to another edge a new session replaces it. */
export class MediaSession {
  readonly events = new Emitter<{ stateChanged: MediaState }>();
  readonly edge: Edge | undefined;
  readonly #device: Device;
  readonly #options: MediaSessionOptions;
  #send: Transport | undefined;
  readonly #receive: Transport;
  /** What the server gave out last. */
  #ice: Pick<IceRestarted, 'send' | 'receive'>;
  /** Tracks that the server has been told of, but has not confirmed. */
  readonly #announced = new Map<string, Promise<string>>();
  /** Nothing is sent or received over it any more, nor will be. */
  lost = false;

  constructor(options: MediaSessionOptions) {
    const { device, identity, offer } = options;
    if (offer.receiveTransport === undefined) throw new CanopyError('INVALID_MEDIA_PARAMETERS');
    const additionalSettings = { certificates: [identity.certificate] };
    this.#device = device;
    this.#options = options;
    this.edge = offer.edge;
    this.#ice = { receive: offer.receiveTransport.iceParameters };
    this.#receive = device.createRecvTransport({ ...fromWireTransport(offer.receiveTransport), additionalSettings });
    this.#watch(this.#receive);
    if (offer.sendTransport !== undefined) this.startSending(offer.sendTransport);
  }

  /** The server lets this participant publish. Without effect where it may already. */
  startSending(parameters: TransportParameters): void {
    if (this.#send !== undefined) return;
    const { device, identity, publish } = this.#options;
    const additionalSettings = { certificates: [identity.certificate] };
    const send = device.createSendTransport({ ...fromWireTransport(parameters), additionalSettings });
    this.#send = send;
    this.#ice.send = parameters.iceParameters;
    this.#watch(send);
    send.on('produce', ({ kind, rtpParameters, appData }, resolve, reject) => {
      const announcement: Publish = {
        kind: kind === 'audio' ? TrackKind.AUDIO : TrackKind.VIDEO,
        source: trackSourceFromJSON(appData.source),
        rtpParameters: toWireRtpParameters(rtpParameters),
        muted: appData.muted === true,
        trackId: typeof appData.trackId === 'string' ? appData.trackId : '',
      };
      const { trackId: id } = announcement;
      const published = publish(announcement);
      if (id === '') {
        published.then((given) => resolve({ id: given }), reject);
        return;
      }
      // A track that moves keeps its id: the next one need not wait for the answer about this one. Who sends it hears of a refusal.
      published.catch(() => {});
      this.#announced.set(id, published);
      resolve({ id });
    });
  }

  get state(): MediaState {
    const states = [this.#send, this.#receive].map((transport) => transport?.connectionState);
    if (states.some((state) => state === 'disconnected' || state === 'failed')) return 'interrupted';
    return states.some((state) => state === 'connected') ? 'connected' : 'connecting';
  }

  /** False for attendees. */
  get canSend(): boolean {
    return this.#send !== undefined;
  }

  /** Rejects with FORBIDDEN for attendees, or with the server's error. The media track stays the caller's: it is not stopped when the producer closes. */
  async send(media: MediaStreamTrack, options: SendOptions): Promise<Producer> {
    const { encryption } = this.#options;
    if (encryption !== undefined) await encryption.ready;
    if (this.#send === undefined) throw new CanopyError('FORBIDDEN');
    const producer = await this.#produce(this.#send, media, options);
    await this.#confirmed(producer);
    if (options.source === TrackSource.SCREEN && media.contentHint !== 'motion') await keepSharp(producer);
    return producer;
  }

  #produce(
    send: Transport,
    media: MediaStreamTrack,
    { source, muted, codec, trackId }: SendOptions,
  ): Promise<Producer> {
    const { encryption } = this.#options;
    const common = {
      track: media,
      stopTracks: false,
      streamId: streamOf(source),
      appData: { source, muted, trackId },
      ...(encryption && { onRtpSender: (sender: RTCRtpSender) => encryption.seal(sender, source) }),
    };
    if (media.kind === 'audio') {
      return send.produce({ ...common, codecOptions: audioOptions(source) });
    }
    const { width = 1280, height = 720 } = media.getSettings();
    const used = this.#usable(codec);
    const moves = media.contentHint === 'motion';
    const encodings = videoEncodings(source, { width, height }, used?.name ?? codec, moves);
    const video = {
      ...common,
      codecOptions: { videoGoogleStartBitrate: 1000 },
      ...(used && { codec: used.capability }),
    };
    return produceLayers(send, video, encodings);
  }

  /** The codec that is wanted where this browser can send it, else the first it can. */
  #usable(wanted: VideoCodec): { name: VideoCodec; capability: RtpCodecCapability } | undefined {
    const usable = (this.#device.sendRtpCapabilities.codecs ?? []).flatMap((capability) => {
      const name = videoCodecs.find((each) => capability.mimeType.toLowerCase() === `video/${each}`.toLowerCase());
      return name === undefined ? [] : [{ name, capability }];
    });
    return usable.find(({ name }) => name === wanted) ?? usable[0];
  }

  async #confirmed(producer: Producer): Promise<void> {
    const announced = this.#announced.get(producer.id);
    this.#announced.delete(producer.id);
    try {
      await announced;
    } catch (error) {
      producer.close();
      throw error;
    }
  }

  async receive(parameters: ConsumerParameters): Promise<Consumer> {
    if (parameters.rtpParameters === undefined) throw new CanopyError('INVALID_MEDIA_PARAMETERS');
    const { encryption } = this.#options;
    if (encryption !== undefined) await encryption.ready;
    const { trackId } = parameters;
    return this.#receive.consume({
      id: parameters.consumerId,
      producerId: trackId,
      kind: kindOf(parameters.kind),
      rtpParameters: fromWireRtpParameters(parameters.rtpParameters),
      ...(encryption && { onRtpReceiver: (receiver) => encryption.open(receiver, trackId) }),
    });
  }

  /** The server lets it publish no more; its producers are closed. */
  stopSending(): void {
    const send = this.#send;
    this.#send = undefined;
    send?.close();
    this.events.emit('stateChanged', this.state);
  }

  async restartIce({ send, receive, iceServers }: IceRestarted): Promise<void> {
    this.#ice = { send, receive };
    await Promise.all([
      send && this.#send && restartIce(this.#send, send, iceServers),
      receive && restartIce(this.#receive, receive, iceServers),
    ]);
  }

  /** Looks for another way without the server; see {@link regather}. */
  async regather(): Promise<void> {
    const { send, receive } = this.#ice;
    await Promise.all([send && this.#send && regather(this.#send, send), receive && regather(this.#receive, receive)]);
  }

  async getStats(): Promise<{ send?: RTCStatsReport; receive: RTCStatsReport }> {
    const [send, receive] = await Promise.all([this.#send?.getStats(), this.#receive.getStats()]);
    return send === undefined ? { receive } : { send, receive };
  }

  close(): void {
    this.#send?.close();
    this.#receive.close();
  }

  #watch(transport: Transport): void {
    // The edge knows our fingerprints since the join: there is nothing left to tell it.
    transport.on('connect', (_parameters, connected) => connected());
    transport.on('connectionstatechange', () => {
      if (!transport.closed) this.events.emit('stateChanged', this.state);
    });
  }
}

/** What browsers throw of encodings that they do not take (WebRTC 1.0, 5.1, `addTransceiver`). */
const refusals = ['TypeError', 'RangeError', 'InvalidAccessError', 'NotSupportedError', 'OperationError'];

/**
 * A browser that takes no layers, or not as they are asked for, sends one picture as large as the largest. This covers those that
 * say so at once: not what fails once it has begun to send, and not a closed transport or an ended track, where one picture would
 * fail as well.
 */
async function produceLayers(
  send: Transport,
  video: ProducerOptions,
  encodings: RtpEncodingParameters[],
): Promise<Producer> {
  let begun = false;
  const onRtpSender = (sender: RTCRtpSender) => {
    begun = true;
    video.onRtpSender?.(sender);
  };
  try {
    return await send.produce({ ...video, encodings, onRtpSender });
  } catch (error) {
    const refused = !begun && error instanceof Error && refusals.includes(error.name);
    if (encodings.length === 1 || !refused) throw error;
    console.warn('canopy: this browser sends no layers', error);
    return send.produce({ ...video, encodings: [{ ...encodings[0], ...encodings.at(-1) }] });
  }
}

/** Where the link is narrow text stays legible, and moves less often instead. */
async function keepSharp({ rtpSender }: Producer): Promise<void> {
  if (rtpSender === undefined) return;
  await rtpSender.setParameters({ ...rtpSender.getParameters(), degradationPreference: 'maintain-resolution' });
}

/** Tracks of one stream play in sync. */
function streamOf(source: TrackSource): string {
  return source === TrackSource.SCREEN || source === TrackSource.SCREEN_AUDIO ? 'screen' : 'person';
}
