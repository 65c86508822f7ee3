import type { RtpCodec } from '@canopy/proto/media';
import { type RouterRtpCodecCapability, routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import { isSameProfile } from 'h264-profile-level-id';
import { type MediaDescription, parseParams } from 'sdp-transform';

/** A codec that was offered, with the payload type it was offered with, and what it is to routers of the mesh. */
export interface KnownCodec {
  codec: RtpCodec;
  known: RouterRtpCodecCapability;
}

/** The codecs of an m-line that routers of the mesh know, in the order of the offer. */
export function knownCodecs(kind: 'audio' | 'video', description: MediaDescription): KnownCodec[] {
  return offeredCodecs(kind, description).flatMap((codec) => {
    const known = routerRtpCapabilities.codecs.find((capability) => isSame(capability, codec));
    return known === undefined || isRtx(codec) ? [] : [{ codec: withFeedback(codec, known), known }];
  });
}

/** The first codec of an m-line that routers of the mesh take, and the one that repairs its losses. Empty: there is none. */
export function acceptedCodecs(kind: 'audio' | 'video', description: MediaDescription): RtpCodec[] {
  const [first] = knownCodecs(kind, description);
  if (first === undefined) return [];
  const { codec } = first;
  const rtx = offeredCodecs(kind, description).find(
    (other) => isRtx(other) && other.parameters?.apt === codec.payloadType,
  );
  return [codec, ...(rtx === undefined ? [] : [{ ...rtx, rtcpFeedback: [] }])];
}

/** Payload types have seven bits (RFC 3550 §5.1); each counts once, however often it is offered. */
const largestPayloadType = 127;
/** Browsers offer some dozens. */
const mostFeedback = 1_000;

function offeredCodecs(kind: 'audio' | 'video', description: MediaDescription): RtpCodec[] {
  const offered = String(description.payloads ?? '')
    .split(' ')
    .map(Number);
  const payloadTypes = new Set(offered.filter((one) => Number.isInteger(one) && one >= 0 && one <= largestPayloadType));
  return [...payloadTypes].flatMap((payloadType) => codecOf(kind, description, payloadType) ?? []);
}

function codecOf(
  kind: 'audio' | 'video',
  { rtp, fmtp, rtcpFb = [] }: MediaDescription,
  payloadType: number,
): RtpCodec | undefined {
  const map = rtp.find(({ payload }) => payload === payloadType);
  if (map?.rate === undefined) return undefined;
  const parameters = parseParams(String(fmtp.find(({ payload }) => payload === payloadType)?.config ?? ''));
  const feedback = rtcpFb
    .slice(0, mostFeedback)
    .filter(({ payload }) => String(payload) === String(payloadType) || String(payload) === '*');
  return {
    mimeType: `${kind}/${map.codec}`,
    payloadType,
    clockRate: map.rate,
    ...(map.encoding === undefined ? {} : { channels: Number(map.encoding) }),
    parameters,
    rtcpFeedback: feedback.map(({ type, subtype = '' }) => ({ type, parameter: subtype })),
  };
}

function isSame(known: RouterRtpCodecCapability, codec: RtpCodec): boolean {
  const { mimeType, clockRate, channels = 1, parameters } = known;
  if (mimeType.toLowerCase() !== codec.mimeType.toLowerCase() || clockRate !== codec.clockRate) return false;
  if (channels !== (codec.channels ?? 1)) return false;
  const offered = codec.parameters ?? {};
  const equal = (name: string) => Number(offered[name] ?? 0) === Number(parameters[name] ?? 0);
  // What a codec's parameters leave out has the value 0 (RFC 6184 §8.1, RFC 9628 §6); a profile left out is baseline.
  if (mimeType === 'video/H264')
    return equal('packetization-mode') && isSameProfile(strings(parameters), strings(offered));
  return mimeType !== 'video/VP9' || equal('profile-id');
}

function strings(parameters: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
}

function withFeedback(codec: RtpCodec, known: RouterRtpCodecCapability): RtpCodec {
  const takes = ({ type, parameter }: RtpCodec['rtcpFeedback'][number]) =>
    known.rtcpFeedback.some((own) => own.type === type && (own.parameter ?? '') === parameter);
  return { ...codec, rtcpFeedback: codec.rtcpFeedback.filter(takes) };
}

function isRtx({ mimeType }: RtpCodec): boolean {
  return mimeType.toLowerCase().endsWith('/rtx');
}
