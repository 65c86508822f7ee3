import { type RtpCapabilities, type RtpCodec, type RtpParameters, TrackKind } from '@canopy/proto/media';
import { type KnownCodec, knownCodecs } from './codecs.ts';
import type { Offer } from './offer.ts';

/** An m-line over which a client is to receive, whatever the track. */
export interface ReceivedTrack {
  mid: string;
  kind: TrackKind;
  rtpParameters: RtpParameters;
  codecs: readonly KnownCodec[];
}

/**
 * What is taken of an offer to receive: of each kind the first m-line that takes a codec of the mesh. No SSRC is named, for
 * tracks follow each other in it, and no header extension is taken: edges have ids of their own for these, and a client does
 * not read what was not negotiated (RFC 8285 §6). So one m-line of a kind is all that payload types can tell apart (RFC 9143 §9.2).
 */
export function receivedTracks({ media }: Offer): ReceivedTrack[] {
  const tracks: ReceivedTrack[] = [];
  for (const { mid, bundled, description } of media) {
    const { type, direction = 'sendrecv', port } = description;
    if (type !== 'audio' && type !== 'video') continue;
    if (!bundled || port === 0 || (direction !== 'recvonly' && direction !== 'sendrecv')) continue;
    const kind = type === 'audio' ? TrackKind.AUDIO : TrackKind.VIDEO;
    if (tracks.some((track) => track.kind === kind)) continue;
    const codecs = knownCodecs(type, description)
      .filter(({ known }, index, all) => all.findIndex((other) => other.known === known) === index)
      .map(({ codec, known }) => ({ codec: withoutEstimates(codec), known }));
    if (codecs.length === 0) continue;
    const rtpParameters = { mid, codecs: codecs.map(({ codec }) => codec), headerExtensions: [], encodings: [] };
    tracks.push({ mid, kind, codecs, rtpParameters });
  }
  return tracks;
}

/** What an edge may send for them. */
export function capabilitiesOf(tracks: readonly ReceivedTrack[]): RtpCapabilities {
  return {
    codecs: tracks.flatMap(({ codecs }) =>
      codecs.map(({ codec, known }) => ({
        kind: known.kind,
        mimeType: known.mimeType,
        clockRate: known.clockRate,
        channels: known.channels,
        preferredPayloadType: codec.payloadType,
        parameters: known.parameters,
        rtcpFeedback: codec.rtcpFeedback,
      })),
    ),
    headerExtensions: [],
  };
}

/** Those of transport-cc need a header extension, and edges do not go by REMB. */
function withoutEstimates(codec: RtpCodec): RtpCodec {
  const estimates = ['transport-cc', 'goog-remb'];
  return { ...codec, rtcpFeedback: codec.rtcpFeedback.filter(({ type }) => !estimates.includes(type)) };
}
