import type { types } from 'mediasoup';
import type { ChosenCodecs } from '../../app/ports/media.ts';
import { toRtpCapabilities } from './convert.ts';

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

/** The numbers a router gives to what repairs a video codec, in its order; it does not look whether a later codec has that number. */
const repairPayloadTypes = [...numbers(100, 127), ...numbers(96, 99)];

/**
 * What a router speaks for clients that chose its payload types. Codecs whose number the router would take to repair another
 * one are left out, the first ones of each client are kept.
 */
export function chosenCodecs(codecs: ChosenCodecs): types.RouterRtpCodecCapability[] {
  const wanted = toRtpCapabilities({ codecs, headerExtensions: [] }).codecs ?? [];
  const audio = wanted.filter(({ kind }) => kind === 'audio');
  const kept: types.RtpCodecCapability[] = [];
  for (const codec of wanted.filter(({ kind }) => kind === 'video')) {
    if (haveRoom([...audio, ...kept, codec])) kept.push(codec);
  }
  return [...audio, ...kept];
}

function haveRoom(codecs: readonly types.RtpCodecCapability[]): boolean {
  const taken = new Set<number>();
  for (const { kind, preferredPayloadType } of codecs) {
    if (taken.has(preferredPayloadType)) return false;
    taken.add(preferredPayloadType);
    const repair = kind === 'video' ? repairPayloadTypes.find((payloadType) => !taken.has(payloadType)) : undefined;
    if (repair !== undefined) taken.add(repair);
  }
  return true;
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
