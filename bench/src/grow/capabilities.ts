import { RtpCapabilities } from '@canopy/proto/media';
import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';

/** What the synthetic clients say they receive: all that a router can send, without header extensions and so without bandwidth estimation. */
export const capabilities: RtpCapabilities = RtpCapabilities.fromPartial({
  codecs: routerRtpCapabilities.codecs.filter(({ mimeType }) => mimeType === 'audio/opus' || mimeType === 'video/VP8'),
  headerExtensions: [],
});

/** The payload types the router sends them with. */
export const payloadTypes = { audio: payloadTypeOf('audio/opus'), video: payloadTypeOf('video/VP8') };

function payloadTypeOf(mimeType: string): number {
  return routerRtpCapabilities.codecs.find((codec) => codec.mimeType === mimeType)?.preferredPayloadType ?? 0;
}
