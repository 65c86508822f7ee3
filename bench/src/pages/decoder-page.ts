import type { ConsumerParameters, DtlsParameters, RtpCapabilities } from '@canopy/proto/media';
import { TrackSource } from '@canopy/proto/media';
import type { Publish } from '@canopy/proto/signal';
import { loadDevice } from '../../../client/src/media/device.ts';
import { createDtlsIdentity } from '../../../client/src/media/identity.ts';
import { MediaSession, type SessionOffer } from '../../../client/src/media/media-session.ts';
import { toWireCapabilities } from '../../../client/src/media/wire.ts';

/** What a bench asks of a page that publishes, or watches, on one edge without a control plane. */
interface DecoderPage {
  /** What an edge must know to open a session. */
  prepare(): Promise<PageClient>;
  /** Publishes a fake camera. The page's `announcePublication` tells the edge, and answers the track's id. */
  publish(offer: SessionOffer): Promise<void>;
  /** Decodes and shows a track; resolves with its first frame. */
  watch(offer: SessionOffer, consumer: ConsumerParameters): Promise<void>;
  /** When each frame was shown, Unix ms. */
  framesAt(): number[];
}

export interface PageClient {
  rtpCapabilities: RtpCapabilities;
  dtlsParameters: DtlsParameters;
}

declare global {
  interface Window {
    decoderPage: DecoderPage;
    announcePublication: (publish: Publish) => Promise<string>;
  }
}

const device = loadDevice();
const identity = createDtlsIdentity();
const frames: number[] = [];

async function openSession(offer: SessionOffer): Promise<MediaSession> {
  return new MediaSession({
    device: await device,
    identity: await identity,
    offer,
    publish: (publish) => window.announcePublication(publish),
  });
}

window.decoderPage = {
  async prepare() {
    return {
      rtpCapabilities: toWireCapabilities((await device).recvRtpCapabilities),
      dtlsParameters: { role: 'client', fingerprints: (await identity).fingerprints },
    };
  },

  async publish(offer) {
    const media = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 360, frameRate: 30 } });
    const [track] = media.getVideoTracks();
    if (track === undefined) throw new Error('there is no camera');
    const session = await openSession(offer);
    await session.send(track, { source: TrackSource.CAMERA, muted: false, codec: 'VP8' });
  },

  async watch(offer, parameters) {
    const session = await openSession(offer);
    const { track } = await session.receive(parameters);
    const video = document.createElement('video');
    Object.assign(video, { autoplay: true, muted: true, srcObject: new MediaStream([track]) });
    document.body.append(video);
    await new Promise<void>((resolve) => {
      const onFrame = (now: number) => {
        frames.push(performance.timeOrigin + now);
        resolve();
        video.requestVideoFrameCallback(onFrame);
      };
      video.requestVideoFrameCallback(onFrame);
    });
  },

  framesAt: () => frames,
};
