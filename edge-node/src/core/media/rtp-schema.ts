import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import { z } from 'zod';
import { mediaLimits } from './limits.ts';

const text = z.string().max(mediaLimits.textLength);

/** RTP payload types that RTCP packets on the same port can't be mistaken for (RFC 5761 §4). */
const payloadType = z
  .int()
  .min(0)
  .max(127)
  .refine((value) => value < 64 || value > 95, 'payload types 64 to 95 belong to RTCP');

const ssrc = z.int().min(1).max(0xffff_ffff);

const mimeType = z.string().regex(/^(audio|video)\/[A-Za-z0-9.-]{1,32}$/);

const knownUris = new Set(routerRtpCapabilities.headerExtensions.map((extension) => extension.uri));

const fmtp = z
  .record(text, z.union([text, z.number()]))
  .refine((parameters) => Object.keys(parameters).length <= mediaLimits.fmtpParameters, 'too many parameters')
  .optional();

const rtcpFeedback = z.array(z.object({ type: text, parameter: text })).max(mediaLimits.feedbackPerCodec);

const codec = z.object({
  mimeType,
  payloadType,
  clockRate: z.int().min(8_000).max(192_000),
  channels: z.int().min(1).max(8).optional(),
  parameters: fmtp,
  rtcpFeedback,
});

const encoding = z.object({
  ssrc: ssrc.optional(),
  rid: z
    .string()
    .regex(/^[A-Za-z0-9]{1,16}$/)
    .optional(),
  codecPayloadType: payloadType.optional(),
  rtxSsrc: ssrc.optional(),
  dtx: z.boolean().optional(),
  scalabilityMode: z
    .string()
    .regex(/^[LS][1-3]T[1-3](h|_KEY|_KEY_SHIFT)?$/)
    .optional(),
  maxBitrate: z.int().min(0).max(mediaLimits.bitrateBps).optional(),
});

const headerExtension = z.object({
  uri: z.string().refine((uri) => knownUris.has(uri), 'unknown header extension'),
  id: z.int().min(1).max(255),
  encrypt: z.literal(false),
  parameters: fmtp,
});

/** What one track looks like on the wire, field by field; rules between the fields are in rtp-parameters.ts. */
export const rtpParametersSchema = z.object({
  mid: z
    .string()
    .regex(/^[\w-]{1,32}$/)
    .optional(),
  codecs: z.array(codec).min(1).max(mediaLimits.codecsPerTrack),
  headerExtensions: z.array(headerExtension).max(mediaLimits.headerExtensions),
  encodings: z.array(encoding).min(1).max(mediaLimits.encodings),
  rtcp: z.object({ cname: text, reducedSize: z.boolean() }).optional(),
  msid: text.optional(),
});

const kind = z.enum(['audio', 'video']);

/** What a client can receive. */
export const rtpCapabilitiesSchema = z.object({
  codecs: z
    .array(
      z.object({
        kind,
        mimeType,
        clockRate: z.int().min(8_000).max(192_000),
        channels: z.int().min(1).max(8).optional(),
        preferredPayloadType: payloadType.optional(),
        parameters: fmtp,
        rtcpFeedback,
      }),
    )
    .min(1)
    .max(mediaLimits.codecsPerClient),
  headerExtensions: z
    .array(
      z.object({
        kind,
        uri: text,
        preferredId: z.int().min(1).max(255),
        preferredEncrypt: z.boolean(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive', '']),
      }),
    )
    .max(mediaLimits.headerExtensions),
});
