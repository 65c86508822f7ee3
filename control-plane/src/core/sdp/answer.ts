import type { IceCandidate, RtpParameters, TransportParameters } from '@canopy/proto/media';
import { type MediaDescription, type SessionDescription, write } from 'sdp-transform';
import type { Offer, OfferedMedia } from './offer.ts';

/** An m-line that is taken. */
export interface TakenTrack {
  mid: string;
  rtpParameters: RtpParameters;
}

/**
 * The answer to an offer of which `tracks` are taken, all over `transport`, which this side sends over or receives. What is
 * not taken is refused with port 0.
 */
export function writeAnswer(
  offer: Offer,
  tracks: readonly TakenTrack[],
  transport: TransportParameters,
  direction: 'sendonly' | 'recvonly',
): string {
  const taken = new Map(tracks.map((track) => [track.mid, track.rtpParameters]));
  const session: SessionDescription = {
    version: 0,
    origin: { username: '-', sessionId: 1, sessionVersion: 0, netType: 'IN', ipVer: 4, address: '0.0.0.0' },
    name: '-',
    timing: { start: 0, stop: 0 },
    icelite: 'ice-lite',
    groups: [{ type: 'BUNDLE', mids: tracks.map(({ mid }) => mid).join(' ') }],
    extmapAllowMixed: 'extmap-allow-mixed',
    media: offer.media.map((media) => {
      const parameters = taken.get(media.mid);
      return parameters === undefined ? refused(media) : accepted(media, parameters, offer, transport, direction);
    }),
  };
  return write(session);
}

function refused({ mid, description }: OfferedMedia): MediaDescription {
  const { type, protocol, payloads = '0' } = description;
  return { type, port: 0, protocol, payloads: String(payloads), mid, direction: 'inactive', rtp: [], fmtp: [] };
}

function accepted(
  { mid, description }: OfferedMedia,
  { codecs, headerExtensions, encodings }: RtpParameters,
  { dtls }: Offer,
  { iceParameters, iceCandidates, dtlsParameters }: TransportParameters,
  direction: 'sendonly' | 'recvonly',
): MediaDescription {
  const [fingerprint] = dtlsParameters?.fingerprints.filter(({ algorithm }) => algorithm === 'sha-256') ?? [];
  const rids = encodings.flatMap(({ rid }) => rid ?? []);
  return {
    type: description.type,
    port: 9,
    protocol: description.protocol,
    payloads: codecs.map(({ payloadType }) => payloadType).join(' '),
    connection: { version: 4, ip: '0.0.0.0' },
    mid,
    direction,
    // All tracks are of one stream, which players show as a whole.
    ...(direction === 'sendonly' && { msid: [{ id: 'stage', appdata: description.type }] }),
    iceUfrag: iceParameters?.usernameFragment ?? '',
    icePwd: iceParameters?.password ?? '',
    candidates: iceCandidates.map(candidateLine),
    endOfCandidates: 'end-of-candidates',
    ...(fingerprint && { fingerprint: { type: fingerprint.algorithm, hash: fingerprint.value } }),
    setup: dtls.role === 'server' ? 'active' : 'passive',
    rtcpMux: 'rtcp-mux',
    ...(description.rtcpRsize && { rtcpRsize: 'rtcp-rsize' }),
    rtp: codecs.map(({ payloadType, mimeType, clockRate, channels = 1 }) => ({
      payload: payloadType,
      codec: mimeType.slice(mimeType.indexOf('/') + 1),
      rate: clockRate,
      ...(channels > 1 && { encoding: channels }),
    })),
    fmtp: codecs.flatMap(({ payloadType, parameters = {} }) => {
      const config = Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`);
      return config.length === 0 ? [] : [{ payload: payloadType, config: config.join(';') }];
    }),
    rtcpFb: codecs.flatMap(({ payloadType: payload, rtcpFeedback }) =>
      rtcpFeedback.map(({ type, parameter }) => ({ payload, type, ...(parameter !== '' && { subtype: parameter }) })),
    ),
    ext: headerExtensions.map(({ uri, id }) => ({ value: id, uri })),
    ...(rids.length > 0 && {
      rids: rids.map((id) => ({ id, direction: 'recv' })),
      simulcast: { dir1: 'recv', list1: rids.join(';') },
    }),
  };
}

/** An edge's candidate as an SDP attribute has it (RFC 8839, RFC 6544). RTP and RTCP share it. */
export function candidateLine({ foundation, priority, address, protocol, port, type, tcpType }: IceCandidate) {
  return {
    foundation,
    component: 1,
    transport: protocol,
    priority,
    ip: address,
    port,
    type,
    ...(tcpType !== undefined && { tcptype: tcpType }),
  };
}
