import * as proto from '@canopy/proto/media';
import type * as ms from 'mediasoup-client/types';

/** Media parameters between their wire types and mediasoup-client's. Both are the same ORTC dictionaries; they differ in what may be absent. */

export function toWireCapabilities(capabilities: ms.RtpCapabilities): proto.RtpCapabilities {
  return {
    codecs: (capabilities.codecs ?? []).map((codec) => ({
      kind: codec.kind,
      mimeType: codec.mimeType,
      clockRate: codec.clockRate,
      channels: codec.channels,
      preferredPayloadType: codec.preferredPayloadType,
      parameters: codec.parameters,
      rtcpFeedback: toWireFeedback(codec.rtcpFeedback),
    })),
    headerExtensions: (capabilities.headerExtensions ?? []).map((extension) => ({
      kind: extension.kind,
      uri: extension.uri,
      preferredId: extension.preferredId,
      preferredEncrypt: extension.preferredEncrypt ?? false,
      direction: extension.direction ?? 'sendrecv',
    })),
  };
}

export function toWireRtpParameters(parameters: ms.RtpParameters): proto.RtpParameters {
  return {
    mid: parameters.mid,
    codecs: parameters.codecs.map((codec) => ({
      ...codec,
      channels: codec.channels,
      parameters: codec.parameters,
      rtcpFeedback: toWireFeedback(codec.rtcpFeedback),
    })),
    headerExtensions: (parameters.headerExtensions ?? []).map((extension) => ({
      uri: extension.uri,
      id: extension.id,
      encrypt: extension.encrypt ?? false,
      parameters: extension.parameters,
    })),
    encodings: (parameters.encodings ?? []).map(toWireEncoding),
    rtcp: { cname: parameters.rtcp?.cname ?? '', reducedSize: parameters.rtcp?.reducedSize ?? true },
    msid: parameters.msid,
  };
}

function toWireEncoding(encoding: ms.RtpEncodingParameters): proto.RtpEncoding {
  return {
    ssrc: encoding.ssrc,
    rid: encoding.rid,
    codecPayloadType: encoding.codecPayloadType,
    rtxSsrc: encoding.rtx?.ssrc,
    dtx: encoding.dtx,
    scalabilityMode: encoding.scalabilityMode,
    maxBitrate: encoding.maxBitrate,
  };
}

function toWireFeedback(feedback: ms.RtcpFeedback[] | undefined): proto.RtcpFeedback[] {
  return (feedback ?? []).map(({ type, parameter }) => ({ type, parameter: parameter ?? '' }));
}

export function fromWireRtpParameters(parameters: proto.RtpParameters): ms.RtpParameters {
  return {
    ...present({ mid: parameters.mid, msid: parameters.msid }),
    codecs: parameters.codecs.map((codec) => ({
      mimeType: codec.mimeType,
      payloadType: codec.payloadType,
      clockRate: codec.clockRate,
      ...present({ channels: codec.channels, parameters: codec.parameters }),
      rtcpFeedback: codec.rtcpFeedback,
    })),
    headerExtensions: parameters.headerExtensions.map(({ uri, id, encrypt }) => ({
      uri: uri as ms.RtpHeaderExtensionUri,
      id,
      encrypt,
    })),
    encodings: parameters.encodings.map(({ rtxSsrc, ...encoding }) => ({
      ...present(encoding),
      ...(rtxSsrc === undefined ? {} : { rtx: { ssrc: rtxSsrc } }),
    })),
    ...(parameters.rtcp === undefined ? {} : { rtcp: parameters.rtcp }),
  };
}

/** Parameters of a transport whose remote end (the edge) waits for the client's DTLS handshake, as `join` announced. */
export function fromWireTransport(transport: proto.TransportParameters): ms.TransportOptions {
  const { id, iceParameters, iceCandidates, dtlsParameters, iceServers } = transport;
  if (iceParameters === undefined || dtlsParameters === undefined)
    throw new TypeError('transport parameters are incomplete');
  return {
    id,
    iceParameters,
    iceCandidates: iceCandidates.map((candidate) => ({
      foundation: candidate.foundation,
      priority: candidate.priority,
      address: candidate.address,
      ip: candidate.address,
      protocol: candidate.protocol === 'tcp' ? 'tcp' : 'udp',
      port: candidate.port,
      type: 'host',
      ...(candidate.protocol === 'tcp' ? { tcpType: 'passive' as const } : {}),
    })),
    dtlsParameters: {
      role: 'server',
      fingerprints: dtlsParameters.fingerprints.map(({ algorithm, value }) => ({
        algorithm: algorithm as ms.FingerprintAlgorithm,
        value,
      })),
    },
    iceServers,
  };
}

export function kindOf(kind: proto.TrackKind): ms.MediaKind {
  return kind === proto.TrackKind.AUDIO ? 'audio' : 'video';
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is undefined: these dictionaries tell absent from undefined. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
