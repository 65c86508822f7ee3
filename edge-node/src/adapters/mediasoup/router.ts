import type { Clock } from '@canopy/runtime/clock';
import type { types } from 'mediasoup';
import type { ClientTransport, Levels, Loudness, MediaRouter, Pipe, RtpOutlet } from '../../app/ports/media.ts';
import { AudioLevels, AudioLoudness } from './audio-levels.ts';
import { iceConsentTimeoutS, WebRtcClientTransport } from './client-transport.ts';
import { MediasoupClosable } from './closable.ts';
import { MediasoupPipe } from './pipe.ts';
import { noticingDeath } from './refusal.ts';
import { PlainRtpOutlet } from './rtp-outlet.ts';

/** Where the pipes of this edge bind. */
export interface PipeNetwork {
  /** Address other edges reach this one at. */
  linkIp: string;
  minPort: number;
  maxPort: number;
}

/** Opens the transports that clients connect to. Real edges use {@link openWebRtcTransport}. */
export type OpenClientTransport = (
  router: types.Router,
  server: types.WebRtcServer,
  clock: Clock,
) => Promise<ClientTransport>;

/** bit/s a viewer is believed to have until the first estimate: enough for a middle layer at once. */
const initialBitrateBps = 1_000_000;

export const openWebRtcTransport: OpenClientTransport = async (router, webRtcServer, clock) => {
  const transport = await router.createWebRtcTransport({
    webRtcServer,
    enableUdp: true,
    enableTcp: true,
    preferUdp: true,
    initialAvailableOutgoingBitrate: initialBitrateBps,
    iceConsentTimeout: iceConsentTimeoutS,
  });
  return new WebRtcClientTransport(transport, clock);
};

export class MediasoupRouter extends MediasoupClosable implements MediaRouter {
  readonly workerIndex: number;
  readonly #router: types.Router;
  readonly #openTransport: (router: types.Router) => Promise<ClientTransport>;
  readonly #network: PipeNetwork;

  constructor(
    workerIndex: number,
    router: types.Router,
    openTransport: (router: types.Router) => Promise<ClientTransport>,
    network: PipeNetwork,
  ) {
    super(router);
    this.workerIndex = workerIndex;
    this.#router = router;
    this.#openTransport = openTransport;
    this.#network = network;
  }

  openClientTransport(): Promise<ClientTransport> {
    return noticingDeath(this, () => this.#openTransport(this.#router));
  }

  async openPipe(reach: 'link' | 'local'): Promise<Pipe> {
    const { linkIp, minPort, maxPort } = this.#network;
    const remote = reach === 'link';
    const listenInfo = {
      protocol: 'udp' as const,
      ip: remote ? linkIp : '127.0.0.1',
      portRange: { min: minPort, max: maxPort },
    };
    const options = { listenInfo, enableSrtp: remote, enableRtx: remote };
    return new MediasoupPipe(await noticingDeath(this, () => this.#router.createPipeTransport(options)));
  }

  async openOutlet(port: number): Promise<RtpOutlet> {
    const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const;
    return noticingDeath(this, async () => {
      const transport = await this.#router.createPlainTransport({ listenInfo, rtcpMux: false, comedia: false });
      await transport.connect({ ip: '127.0.0.1', port, rtcpPort: port + 1 });
      return new PlainRtpOutlet(transport);
    });
  }

  async openLoudness(): Promise<Loudness> {
    return new AudioLoudness(await this.#openObserver(AudioLoudness.options));
  }

  async openLevels(): Promise<Levels> {
    return new AudioLevels(await this.#openObserver(AudioLevels.options));
  }

  #openObserver(options: types.AudioLevelObserverOptions): Promise<types.AudioLevelObserver> {
    return noticingDeath(this, () => this.#router.createAudioLevelObserver(options));
  }
}
