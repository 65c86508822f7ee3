import type { RtpCodec } from '@canopy/proto/media';
import { type RouterRtpCodecCapability, routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import { isSameProfile } from 'h264-profile-level-id';
import { type MediaDescription, parseParams } from 'sdp-transform';

/** The first codec of an m-line that routers of the mesh take, and the one that repairs its losses. Empty: there is none. */
export function acceptedCodecs(kind: 'audio' | 'video', description: MediaDescription): RtpCodec[] {
  const order = String(description.payloads ?? '')
    .split(' ')
    .map(Number);
  const offered = order.flatMap((payloadType) => codecOf(kind, description, payloadType) ?? []);
  for (const codec of offered) {
    const known = routerRtpCapabilities.codecs.find((capability) => isSame(capability, codec));
    if (known === undefined || isRtx(codec)) continue;
    const rtx = offered.find((other) => isRtx(other) && other.parameters?.apt === codec.payloadType);
    return [withFeedback(codec, known), ...(rtx === undefined ? [] : [{ ...rtx, rtcpFeedback: [] }])];
  }
  return [];
}

function codecOf(
  kind: 'audio' | 'video',
  { rtp, fmtp, rtcpFb = [] }: MediaDescription,
  payloadType: number,
): RtpCodec | undefined {
  const map = rtp.find(({ payload }) => payload === payloadType);
  if (map?.rate === undefined) return undefined;
  const parameters = parseParams(String(fmtp.find(({ payload }) => payload === payloadType)?.config ?? ''));
  const feedback = rtcpFb.filter(({ payload }) => String(payload) === String(payloadType) || String(payload) === '*');
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
