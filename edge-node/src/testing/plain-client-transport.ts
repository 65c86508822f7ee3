import type { IceParameters, RtpParameters, TrackKind } from '@canopy/proto/media';
import type { types } from 'mediasoup';
import { consumeOn, produceOn } from '../adapters/mediasoup/client-transport.ts';
import { MediasoupClosable } from '../adapters/mediasoup/closable.ts';
import type { OpenClientTransport } from '../adapters/mediasoup/router.ts';
import type {
  ClientTransport,
  ConsumeOptions,
  MediaConsumer,
  MediaProducer,
  OwnParameters,
} from '../app/ports/media.ts';

/** A client transport without ICE and DTLS: plain RTP to and from whoever sends the first packet. Its parameters hold one candidate, the address to send to. */
class PlainClientTransport extends MediasoupClosable implements ClientTransport {
  readonly id: string;
  readonly parameters: OwnParameters;
  readonly #transport: types.PlainTransport;

  constructor(transport: types.PlainTransport) {
    super(transport);
    this.#transport = transport;
    this.id = transport.id;
    const { localAddress: address, localPort: port } = transport.tuple;
    const candidate = { foundation: 'plain', priority: 1, address, protocol: 'udp', port, type: 'host' };
    this.parameters = { id: transport.id, iceCandidates: [candidate] };
  }

  async connect(): Promise<void> {}

  async restartIce(): Promise<IceParameters> {
    return { usernameFragment: 'plain', password: 'plain', iceLite: true };
  }

  produce(track: { kind: TrackKind; rtpParameters: RtpParameters; paused: boolean }): Promise<MediaProducer> {
    return produceOn(this.#transport, track);
  }

  consume(options: ConsumeOptions): Promise<MediaConsumer> {
    return consumeOn(this.#transport, options);
  }

  onConnected(): void {}

  onLost(): void {}
}

/**
 * Below those that sockets of clients get: media still on its way to a client that is gone must not be taken for a new client's
 * first packet. Below those of the links of benches as well, which drop all packets of a relay's ports, whoever sends them.
 */
const portRange = { min: 10_000, max: 19_999 };

/** Lets tests and benches send and receive real RTP with nothing but a UDP socket; everything else of the edge is as it is. */
export const openPlainTransport: OpenClientTransport = async (router) => {
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1', portRange },
    rtcpMux: true,
    comedia: true,
  });
  return new PlainClientTransport(transport);
};
