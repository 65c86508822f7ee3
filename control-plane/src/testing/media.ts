import {
  type DtlsParameters,
  type RtpCapabilities,
  type RtpParameters,
  TrackKind,
  TrackSource,
} from '@canopy/proto/media';
import type { Join, Publish } from '@canopy/proto/signal';

const opus = { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] };
const vp8 = { mimeType: 'video/VP8', clockRate: 90_000, parameters: {}, rtcpFeedback: [] };

const capabilities: RtpCapabilities = {
  codecs: [
    { kind: 'audio', preferredPayloadType: 111, ...opus },
    { kind: 'video', preferredPayloadType: 96, ...vp8 },
  ],
  headerExtensions: [],
};

export const dtls: DtlsParameters = {
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};

export const frankfurt = { latitude: 50.11, longitude: 8.68 };
export const sydney = { latitude: -33.87, longitude: 151.21 };

export function joinWith(token: string, location = frankfurt): Join {
  return {
    token,
    rtpCapabilities: capabilities,
    dtlsParameters: dtls,
    rtts: [],
    acceptsBackupConsumers: true,
    location,
  };
}

function rtp(codec: RtpParameters['codecs'][number]): RtpParameters {
  return { mid: '0', codecs: [codec], headerExtensions: [], encodings: [{ ssrc: 1 }] };
}

export const camera: Publish = {
  kind: TrackKind.VIDEO,
  source: TrackSource.CAMERA,
  rtpParameters: rtp({ ...vp8, payloadType: 96 }),
  muted: false,
  trackId: '',
};

export const microphone: Publish = {
  kind: TrackKind.AUDIO,
  source: TrackSource.MICROPHONE,
  rtpParameters: rtp({ ...opus, payloadType: 111 }),
  muted: false,
  trackId: '',
};

export const screen: Publish = { ...camera, source: TrackSource.SCREEN };
