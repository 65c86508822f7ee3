import { TrackKind, TrackSource } from '@canopy/proto/media';
import { capabilities } from '../grow/capabilities.ts';
import { newStream, vp8, vp8Parameters } from '../grow/publisher.ts';
import { SignalSocket } from '../grow/signal-socket.ts';
import { nobodysCertificate, type ViewerOptions } from '../grow/viewer.ts';

/** Somebody with a camera of three layers that sends no packets: it is published, announced and subscribed to like any other. */
export class Camera {
  readonly #signal: SignalSocket;

  static async join({ url, token, address, location }: ViewerOptions): Promise<Camera> {
    const signal = await SignalSocket.open(url, address);
    await signal.ask({
      join: { token, rtpCapabilities: capabilities, dtlsParameters: nobodysCertificate, rtts: [], location },
    });
    const layers = vp8.layerBytes.map(() => newStream(vp8.payloadType, vp8.ticksPerFrame, () => Buffer.alloc(0)));
    const kind = TrackKind.VIDEO;
    const rtpParameters = vp8Parameters(layers);
    await signal.ask({
      publish: { kind, source: TrackSource.CAMERA, rtpParameters, muted: false, trackId: '' },
    });
    return new Camera(signal);
  }

  private constructor(signal: SignalSocket) {
    this.#signal = signal;
  }

  drop(): void {
    this.#signal.close();
  }
}
