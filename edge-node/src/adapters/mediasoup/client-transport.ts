import type { DtlsParameters, IceParameters, RtpParameters, TrackKind } from '@canopy/proto/media';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { types } from 'mediasoup';
import type {
  ClientTransport,
  ConsumeOptions,
  MediaConsumer,
  MediaProducer,
  OwnParameters,
} from '../../app/ports/media.ts';
import { MediasoupClosable } from './closable.ts';
import { MediasoupConsumer } from './consumer.ts';
import {
  fromIceParameters,
  fromTransport,
  toDtlsParameters,
  toKind,
  toRtpCapabilities,
  toRtpParameters,
} from './convert.ts';
import { keyFrameRequestDelayMs, MediasoupProducer } from './producer.ts';
import { refusingBadParameters, requireOpen } from './refusal.ts';

/** A client that has asked nothing by STUN for so long has no working network path, s. Whatever it asks later brings the path back. */
export const iceConsentTimeoutS = 20;
/** For so long it may go on without one before its session is over: 30 s after its last word. The end of TCP is seen at once. */
const iceGraceMs = { udp: 10_000, tcp: 30_000 };

/** A client that comes over TCP first gets this long to come over UDP too. */
const udpPatienceMs = 1_000;

/** A WebRTC transport on the worker's WebRtcServer. */
export class WebRtcClientTransport extends MediasoupClosable implements ClientTransport {
  readonly id: string;
  readonly #transport: types.WebRtcTransport;
  readonly #clock: Clock;
  /** The certificate it is connected with, or about to be. */
  #connected: { fingerprints: string; done: Promise<void> } | undefined;

  constructor(transport: types.WebRtcTransport, clock: Clock) {
    super(transport);
    this.#transport = transport;
    this.id = transport.id;
    this.#clock = clock;
  }

  get parameters(): OwnParameters {
    return fromTransport(this.#transport);
  }

  async connect(dtls: DtlsParameters): Promise<void> {
    const fingerprints = JSON.stringify(dtls.fingerprints);
    this.#connected ??= { fingerprints, done: this.#connect(dtls) };
    if (this.#connected.fingerprints !== fingerprints) {
      throw new CanopyError('INVALID_MEDIA_PARAMETERS', 'The transport is connected with another certificate.');
    }
    await this.#connected.done;
  }

  async #connect(dtls: DtlsParameters): Promise<void> {
    try {
      await refusingBadParameters(this, () => this.#transport.connect({ dtlsParameters: toDtlsParameters(dtls) }));
    } catch (error) {
      this.#connected = undefined;
      throw error;
    }
  }

  async restartIce(): Promise<IceParameters> {
    return fromIceParameters(await this.#transport.restartIce());
  }

  produce(track: { kind: TrackKind; rtpParameters: RtpParameters; paused: boolean }): Promise<MediaProducer> {
    return produceOn(this.#transport, track);
  }

  consume(options: ConsumeOptions): Promise<MediaConsumer> {
    return consumeOn(this.#transport, options);
  }

  onConnected(listener: (over: 'udp' | 'tcp') => void): void {
    let told = false;
    const tell = () => {
      const over = this.#transport.iceSelectedTuple?.protocol;
      if (told || over === undefined || this.closed) return;
      told = true;
      listener(over);
    };
    let cancelPatience = () => {};
    const look = () => {
      if (this.#transport.dtlsState !== 'connected') return;
      if (this.#transport.iceSelectedTuple?.protocol === 'udp') return tell();
      cancelPatience();
      cancelPatience = this.#clock.after(udpPatienceMs, tell);
    };
    this.#transport.on('dtlsstatechange', look);
    this.#transport.on('iceselectedtuplechange', look);
    this.onClosed(() => cancelPatience());
  }

  onLost(listener: () => void): void {
    this.#transport.on('dtlsstatechange', (state) => {
      if (state === 'closed' || state === 'failed') listener();
    });
    let cancelGrace = () => {};
    let cameOver: keyof typeof iceGraceMs = 'udp';
    this.#transport.on('iceselectedtuplechange', (tuple) => {
      cameOver = tuple?.protocol ?? cameOver;
    });
    this.#transport.on('icestatechange', (state) => {
      cancelGrace();
      if (state === 'disconnected') cancelGrace = this.#clock.after(iceGraceMs[cameOver], listener);
    });
    this.onClosed(() => cancelGrace());
  }
}

/** Makes a producer of what is sent into any kind of transport, by a client if nothing else is said. */
export async function produceOn(
  transport: types.Transport,
  { kind, rtpParameters, paused }: { kind: TrackKind; rtpParameters: RtpParameters; paused: boolean },
  keyFrameRequestDelay = keyFrameRequestDelayMs,
): Promise<MediaProducer> {
  const producer = await refusingBadParameters(transport, () =>
    transport.produce({
      kind: toKind(kind),
      rtpParameters: toRtpParameters(rtpParameters),
      paused,
      keyFrameRequestDelay,
    }),
  );
  return new MediasoupProducer(requireOpen(transport, producer));
}

/** Makes a consumer for a client on any kind of transport. */
export async function consumeOn(transport: types.Transport, options: ConsumeOptions): Promise<MediaConsumer> {
  const { producer, rtpCapabilities, preferredLayers, priority, paused } = options;
  const consumer = await refusingBadParameters(transport, () =>
    transport.consume({
      producerId: producer.id,
      rtpCapabilities: toRtpCapabilities(rtpCapabilities),
      preferredLayers,
      paused,
    }),
  );
  const adapted = new MediasoupConsumer(requireOpen(transport, consumer));
  if (priority > 1) await adapted.setPreferred(preferredLayers, priority);
  return adapted;
}
