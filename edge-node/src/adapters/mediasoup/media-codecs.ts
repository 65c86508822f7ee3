import type { types } from 'mediasoup';

/** What every router of the mesh speaks. `@canopy/proto/router-rtp-capabilities` holds what follows from it; a test keeps the two equal. */
export const mediaCodecs: types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  { kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
  h264('42e01f'),
  h264('64001f'),
  { kind: 'video', mimeType: 'video/AV1', clockRate: 90_000 },
];

/** Profiles as in RFC 6184 §8.1: 42e01f is constrained baseline, 64001f is high, both level 3.1. */
function h264(profileLevelId: string): types.RouterRtpCodecCapability {
  return {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': profileLevelId, 'level-asymmetry-allowed': 1 },
  };
}
