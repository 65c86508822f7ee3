import { type RtpCapabilities, type RtpCodec, type RtpParameters, TrackKind } from '@canopy/proto/media';
import { invalidMedia, parseMedia } from './invalid-media.ts';
import { rtpCapabilitiesSchema, rtpParametersSchema } from './rtp-schema.ts';

/**
 * Checks the RTP parameters of a track that a client publishes (ORTC RTCRtpSendParameters as mediasoup takes them).
 * Throws INVALID_MEDIA_PARAMETERS, naming the first field at fault.
 */
export function checkRtpParameters(kind: TrackKind, parameters: RtpParameters | undefined): RtpParameters {
  const checked = parseMedia(rtpParametersSchema, parameters, 'rtpParameters');
  checkCodecs(kind, checked.codecs);
  checkEncodings(checked);
  unique(
    'header extension id',
    checked.headerExtensions.map((extension) => extension.id),
  );
  return checked;
}

/** Checks what a client says it can receive. Throws INVALID_MEDIA_PARAMETERS. */
export function checkRtpCapabilities(capabilities: RtpCapabilities | undefined): RtpCapabilities {
  return parseMedia(rtpCapabilitiesSchema, capabilities, 'rtpCapabilities');
}

function checkCodecs(kind: TrackKind, codecs: readonly RtpCodec[]): void {
  const prefix = kind === TrackKind.AUDIO ? 'audio/' : 'video/';
  for (const codec of codecs) {
    if (!codec.mimeType.startsWith(prefix)) throw invalidMedia(`${codec.mimeType} is not ${prefix.slice(0, -1)}`);
  }
  unique(
    'payload type',
    codecs.map((codec) => codec.payloadType),
  );
  const media = codecs.filter((codec) => !isRtx(codec));
  if (codecs[0] === undefined || isRtx(codecs[0])) throw invalidMedia('the first codec must carry media');
  for (const rtx of codecs.filter(isRtx)) {
    if (!media.some((codec) => codec.payloadType === rtx.parameters?.apt)) {
      throw invalidMedia(`rtx ${rtx.payloadType} repairs no codec of this track`);
    }
  }
}

function checkEncodings({ codecs, encodings, mid }: RtpParameters): void {
  unique(
    'SSRC',
    encodings.flatMap((encoding) => [encoding.ssrc, encoding.rtxSsrc]),
  );
  unique(
    'RID',
    encodings.map((encoding) => encoding.rid),
  );
  for (const encoding of encodings) {
    const { codecPayloadType } = encoding;
    if (codecPayloadType !== undefined && !codecs.some((codec) => codec.payloadType === codecPayloadType)) {
      throw invalidMedia(`encoding for unknown payload type ${codecPayloadType}`);
    }
    if (encoding.ssrc === undefined && encoding.rid === undefined && (encodings.length > 1 || mid === undefined)) {
      throw invalidMedia('an encoding has neither SSRC nor RID');
    }
  }
}

function isRtx(codec: RtpCodec): boolean {
  return codec.mimeType.toLowerCase().endsWith('/rtx');
}

function unique(what: string, values: readonly (string | number | undefined)[]): void {
  const given = values.filter((value) => value !== undefined);
  if (new Set(given).size !== given.length) throw invalidMedia(`duplicate ${what}`);
}
