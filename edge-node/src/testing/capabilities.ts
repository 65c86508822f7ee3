import { RtpCapabilities } from '@canopy/proto/media';
import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';

/** A client that takes whatever a router can send, with plain retransmission and no bandwidth estimation. */
export const receivesEverything: RtpCapabilities = RtpCapabilities.fromPartial({
  codecs: routerRtpCapabilities.codecs.map((codec) => ({
    ...codec,
    rtcpFeedback: codec.rtcpFeedback.filter(({ type }) => type === 'nack' || type === 'ccm'),
  })),
  headerExtensions: [],
});

/** A client that takes some codecs, with payload types of its own. */
export function receivesAs(payloadTypes: Readonly<Record<string, number>>): RtpCapabilities {
  const codecs = Object.entries(payloadTypes).flatMap(([mimeType, preferredPayloadType]) => {
    const codec = receivesEverything.codecs.find((one) => one.mimeType === mimeType);
    return codec === undefined ? [] : [{ ...codec, preferredPayloadType }];
  });
  return { codecs, headerExtensions: [] };
}
