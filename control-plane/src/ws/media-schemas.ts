import {
  type DtlsParameters,
  type RtpCapabilities,
  type RtpParameters,
  TrackKind,
  TrackSource,
  type TrackWant,
} from '@canopy/proto/media';
import { z } from 'zod';
import { idSchema } from '../core/meeting/text.ts';

// Bounds for media parameters from clients. What they mean is for the edge to judge; here only what is absurd is refused.
const text = (max: number) => z.string().max(max);
const uint = (max: number) => z.number().int().min(0).max(max);
const uint32 = uint(0xffff_ffff);
const list = <T extends z.ZodType>(item: T, max: number) => z.array(item).max(max).default([]);

const parameters = z
  .record(text(64), z.union([text(1024), z.number(), z.boolean(), z.null()]))
  .refine((given) => Object.keys(given).length <= 32, 'at most 32 parameters')
  .optional();
const rtcpFeedback = z.object({ type: text(32), parameter: text(32).default('') });

const fingerprint = z.object({
  algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
  value: z.string().regex(/^([0-9A-F]{2}:){19,63}[0-9A-F]{2}$/i, 'not a fingerprint'),
});

export const dtlsParameters = z.object({
  role: z.enum(['auto', 'client', 'server']).default('auto'),
  fingerprints: z.array(fingerprint).min(1).max(8),
}) satisfies z.ZodType<DtlsParameters>;

export const rtpCapabilities = z.object({
  codecs: z
    .array(
      z.object({
        kind: z.enum(['audio', 'video']),
        mimeType: text(64),
        clockRate: uint(1_000_000),
        channels: uint(8).optional(),
        preferredPayloadType: uint(127).optional(),
        parameters,
        rtcpFeedback: list(rtcpFeedback, 32),
      }),
    )
    .min(1)
    .max(64),
  headerExtensions: list(
    z.object({
      kind: z.enum(['audio', 'video', '']).default(''),
      uri: text(256),
      preferredId: uint(255),
      preferredEncrypt: z.boolean().default(false),
      direction: z
        .enum(['sendrecv', 'sendonly', 'recvonly', 'inactive', ''])
        .default('')
        .transform((given) => given || 'sendrecv'),
    }),
    64,
  ),
}) satisfies z.ZodType<RtpCapabilities>;

export const rtpParameters = z.object({
  mid: text(32).optional(),
  codecs: z
    .array(
      z.object({
        mimeType: text(64),
        payloadType: uint(127),
        clockRate: uint(1_000_000),
        channels: uint(8).optional(),
        parameters,
        rtcpFeedback: list(rtcpFeedback, 32),
      }),
    )
    .min(1)
    .max(16),
  headerExtensions: list(
    z.object({ uri: text(256), id: uint(255), encrypt: z.boolean().default(false), parameters }),
    32,
  ),
  encodings: z
    .array(
      z.object({
        ssrc: uint32.optional(),
        rid: text(32).optional(),
        codecPayloadType: uint(127).optional(),
        rtxSsrc: uint32.optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: text(16).optional(),
        maxBitrate: uint32.optional(),
      }),
    )
    .min(1)
    .max(4),
  rtcp: z.object({ cname: text(256).default(''), reducedSize: z.boolean().default(true) }).optional(),
  msid: text(256).optional(),
}) satisfies z.ZodType<RtpParameters>;

export const trackKind = z.enum([TrackKind.AUDIO, TrackKind.VIDEO]);
export const trackSource = z.enum([
  TrackSource.MICROPHONE,
  TrackSource.CAMERA,
  TrackSource.SCREEN,
  TrackSource.SCREEN_AUDIO,
]);

export const trackId = idSchema;
/** A participant of the meeting, or somebody who asks to be one. */
export const participantId = idSchema;

export const trackWant = z.object({
  trackId,
  width: uint(16_384).default(0),
  height: uint(16_384).default(0),
  priority: z.number().int().min(1).max(255).default(100),
}) satisfies z.ZodType<TrackWant>;
