import type { PipeEndpoint } from '@canopy/proto/edge_link';
import {
  type DtlsParameters,
  type IceParameters,
  type RtcpFeedback,
  type RtpCapabilities,
  type RtpCodec,
  type RtpEncoding,
  type RtpParameters,
  TrackKind,
} from '@canopy/proto/media';
import type { types } from 'mediasoup';
import type { OwnParameters } from '../../app/ports/media.ts';
import { invalidMedia } from '../../core/media/invalid-media.ts';

// The wire types of proto/media.proto and mediasoup's own say the same. They differ in how they leave things out: protobuf has
// empty strings and undefined, mediasoup wants the field absent. What arrives here is checked already (core/media).

export function toKind(kind: TrackKind): types.MediaKind {
  return kind === TrackKind.AUDIO ? 'audio' : 'video';
}

export function fromKind(kind: types.MediaKind): TrackKind {
  return kind === 'audio' ? TrackKind.AUDIO : TrackKind.VIDEO;
}

export function toRtpParameters(parameters: RtpParameters): types.RtpParameters {
  const { mid, codecs, headerExtensions, encodings, rtcp, msid } = parameters;
  return {
    codecs: codecs.map(toCodec),
    headerExtensions: headerExtensions.map(({ uri, id, encrypt, parameters }) => ({
      uri: toUri(uri),
      id,
      encrypt,
      parameters: parameters ?? {},
    })),
    encodings: encodings.map(toEncoding),
    ...(rtcp && { rtcp: { reducedSize: rtcp.reducedSize, ...(rtcp.cname !== '' && { cname: rtcp.cname }) } }),
    ...(mid !== undefined && { mid }),
    ...(msid !== undefined && { msid }),
  };
}

export function fromRtpParameters(parameters: types.RtpParameters): RtpParameters {
  const { mid, codecs, headerExtensions = [], encodings = [], rtcp, msid } = parameters;
  return {
    mid,
    codecs: codecs.map(({ rtcpFeedback = [], ...codec }) => ({
      ...codec,
      rtcpFeedback: rtcpFeedback.map(({ type, parameter = '' }) => ({ type, parameter })),
    })),
    headerExtensions: headerExtensions.map(({ encrypt = false, ...extension }) => ({ ...extension, encrypt })),
    encodings: encodings.map(({ rtx, ...encoding }) => ({ ...encoding, ...(rtx && { rtxSsrc: rtx.ssrc }) })),
    rtcp: { cname: rtcp?.cname ?? '', reducedSize: rtcp?.reducedSize ?? true },
    msid,
  };
}

export function toRtpCapabilities({ codecs, headerExtensions }: RtpCapabilities): types.RtpCapabilities {
  return {
    codecs: codecs.map(
      ({ kind, mimeType, clockRate, channels, preferredPayloadType = 0, parameters, rtcpFeedback }) => ({
        kind: kind === 'audio' ? 'audio' : 'video',
        mimeType,
        clockRate,
        preferredPayloadType,
        parameters: parameters ?? {},
        rtcpFeedback: rtcpFeedback.map(toFeedback),
        ...(channels !== undefined && { channels }),
      }),
    ),
    headerExtensions: headerExtensions
      .filter(({ uri }) => knownUris.has(uri))
      .map(({ kind, uri, preferredId, preferredEncrypt }) => ({
        kind: kind === 'audio' ? 'audio' : 'video',
        uri: toUri(uri),
        preferredId,
        preferredEncrypt,
      })),
  };
}

export function toDtlsParameters({ role, fingerprints }: DtlsParameters): types.DtlsParameters {
  return {
    role: role === 'client' || role === 'server' ? role : 'auto',
    fingerprints: fingerprints.map(({ algorithm, value }) => ({ algorithm: toHash(algorithm), value })),
  };
}

export function fromIceParameters({ iceLite = false, ...parameters }: types.IceParameters): IceParameters {
  return { ...parameters, iceLite };
}

export function fromTransport(transport: types.WebRtcTransport): OwnParameters {
  const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
  return {
    id,
    iceParameters: fromIceParameters(iceParameters),
    iceCandidates: iceCandidates.map(({ foundation, priority, address, protocol, port, type, tcpType }) => ({
      foundation,
      priority,
      address,
      protocol,
      port,
      type,
      tcpType,
    })),
    dtlsParameters: { role: dtlsParameters.role ?? 'auto', fingerprints: dtlsParameters.fingerprints },
  };
}

export function toPipeRemote({ ip, port, srtp }: PipeEndpoint): {
  ip: string;
  port: number;
  srtpParameters?: types.SrtpParameters;
} {
  if (srtp === undefined) return { ip, port };
  return { ip, port, srtpParameters: { cryptoSuite: toCryptoSuite(srtp.cryptoSuite), keyBase64: srtp.keyBase64 } };
}

export function fromPipe({ tuple, srtpParameters }: types.PipeTransport): PipeEndpoint {
  return { ip: tuple.localAddress, port: tuple.localPort, srtp: srtpParameters };
}

function toCodec({ mimeType, payloadType, clockRate, channels, parameters, rtcpFeedback }: RtpCodec) {
  return {
    mimeType,
    payloadType,
    clockRate,
    parameters: parameters ?? {},
    rtcpFeedback: rtcpFeedback.map(toFeedback),
    ...(channels !== undefined && { channels }),
  };
}

function toFeedback({ type, parameter }: RtcpFeedback): types.RtcpFeedback {
  return parameter === '' ? { type } : { type, parameter };
}

function toEncoding(encoding: RtpEncoding): types.RtpEncodingParameters {
  const { ssrc, rid, codecPayloadType, rtxSsrc, dtx, scalabilityMode, maxBitrate } = encoding;
  return {
    ...(ssrc !== undefined && { ssrc }),
    ...(rid !== undefined && { rid }),
    ...(codecPayloadType !== undefined && { codecPayloadType }),
    ...(rtxSsrc !== undefined && { rtx: { ssrc: rtxSsrc } }),
    ...(dtx !== undefined && { dtx }),
    ...(scalabilityMode !== undefined && { scalabilityMode }),
    ...(maxBitrate !== undefined && { maxBitrate }),
  };
}

const uris = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  'urn:ietf:params:rtp-hdrext:toffset',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'urn:mediasoup:params:rtp-hdrext:packet-id',
] as const satisfies types.RtpHeaderExtensionUri[];
const knownUris = new Set<string>(uris);

function toUri(text: string): types.RtpHeaderExtensionUri {
  return oneOf(uris, text, 'header extension');
}

const hashes = ['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512'] as const satisfies types.FingerprintAlgorithm[];

function toHash(text: string): types.FingerprintAlgorithm {
  return oneOf(hashes, text, 'fingerprint algorithm');
}

const cryptoSuites = [
  'AEAD_AES_256_GCM',
  'AEAD_AES_128_GCM',
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
] as const satisfies types.SrtpCryptoSuite[];

function toCryptoSuite(text: string): types.SrtpCryptoSuite {
  return oneOf(cryptoSuites, text, 'SRTP crypto suite');
}

function oneOf<Known extends string>(known: readonly Known[], text: string, what: string): Known {
  const found = known.find((candidate) => candidate === text);
  if (found === undefined) throw invalidMedia(`unknown ${what}`);
  return found;
}
