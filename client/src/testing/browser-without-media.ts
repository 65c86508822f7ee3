import type { TransportParameters } from '@canopy/proto/media';
import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import type { Migrate } from '@canopy/proto/signal';
import { Device } from 'mediasoup-client';
import * as fakeParameters from 'mediasoup-client/fakeParameters';
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler';
import type { HandlerSendOptions, RtpCapabilities, RtpEncodingParameters } from 'mediasoup-client/types';
import type { SessionOffer } from '../media/media-session.ts';

/** All that mediasoup-client does but WebRTC itself, and what was asked of that. Transports connect at once. */
export class BrowserWithoutMedia {
  /** The fragment that a transport was made with, and the one it got. */
  readonly iceRestarts: [from: string, to: string][] = [];
  /** What pictures were to be sent as. */
  readonly encodings: RtpEncodingParameters[][] = [];
  /** Told of each picture that is to be sent as several streams; throws what a browser would that does not. */
  onLayers: (options: HandlerSendOptions) => void = () => {};

  async load(): Promise<Device> {
    const { factory, ...rest } = FakeHandler.createFactory(fakeParameters);
    const watched: typeof factory = (options) => {
      const handler = factory(options);
      handler.on('@connect', () => handler.emit('@connectionstatechange', 'connected'));
      const restart = handler.restartIce.bind(handler);
      handler.restartIce = async (parameters) => {
        this.iceRestarts.push([options.iceParameters.usernameFragment, parameters.usernameFragment]);
        await restart(parameters);
      };
      const sendTrack = handler.send.bind(handler);
      handler.send = async (options) => {
        const { encodings = [] } = options;
        this.encodings.push(encodings);
        if (encodings.length > 1) this.onLayers(options);
        return sendTrack(options);
      };
      return handler;
    };
    const device = await Device.factory({ handlerFactory: { ...rest, factory: watched } });
    await device.load({ routerRtpCapabilities: routerRtpCapabilities as RtpCapabilities });
    return device;
  }
}

function transport(edge: string): TransportParameters {
  return {
    id: `${edge} transport`,
    iceParameters: { usernameFragment: edge, password: 'secret', iceLite: true },
    iceCandidates: [],
    dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: 'AA' }] },
    iceServers: [],
  };
}

/** A session on an edge, whose transports have the edge's name as their fragment. */
export function offerOn(edge: string): SessionOffer & Pick<Migrate, 'consumers'> {
  const transports = { sendTransport: transport(edge), receiveTransport: transport(edge) };
  return { edge: { id: edge, region: 'r' }, ...transports, consumers: [] };
}
