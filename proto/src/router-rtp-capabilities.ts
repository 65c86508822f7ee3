/** What a router of the mesh can receive and send, in the form mediasoup and mediasoup-client use (https://mediasoup.org/documentation/v3/mediasoup/rtp-parameters-and-capabilities/). It is the same on every edge, so that a browser can load its device before it joins; a test of edge-node compares it with a real router. */
export interface RouterRtpCapabilities {
  codecs: RouterRtpCodecCapability[];
  headerExtensions: RouterRtpHeaderExtension[];
}

export interface RouterRtpCodecCapability {
  kind: 'audio' | 'video';
  mimeType: string;
  preferredPayloadType: number;
  clockRate: number;
  channels?: number;
  parameters: Record<string, string | number>;
  rtcpFeedback: { type: string; parameter?: string }[];
}

export interface RouterRtpHeaderExtension {
  kind: 'audio' | 'video';
  uri: string;
  preferredId: number;
  preferredEncrypt: boolean;
  direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
}

export const routerRtpCapabilities: RouterRtpCapabilities = {
  codecs: [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      clockRate: 48000,
      channels: 2,
      rtcpFeedback: [
        {
          type: 'nack',
          parameter: '',
        },
        {
          type: 'transport-cc',
          parameter: '',
        },
      ],
      parameters: {},
      preferredPayloadType: 100,
    },
    {
      kind: 'video',
      mimeType: 'video/VP8',
      clockRate: 90000,
      rtcpFeedback: [
        {
          type: 'nack',
          parameter: '',
        },
        {
          type: 'nack',
          parameter: 'pli',
        },
        {
          type: 'ccm',
          parameter: 'fir',
        },
        {
          type: 'goog-remb',
          parameter: '',
        },
        {
          type: 'transport-cc',
          parameter: '',
        },
      ],
      parameters: {},
      preferredPayloadType: 101,
    },
    {
      kind: 'video',
      mimeType: 'video/rtx',
      preferredPayloadType: 102,
      clockRate: 90000,
      parameters: {
        apt: 101,
      },
      rtcpFeedback: [],
    },
    {
      kind: 'video',
      mimeType: 'video/VP9',
      clockRate: 90000,
      rtcpFeedback: [
        {
          type: 'nack',
          parameter: '',
        },
        {
          type: 'nack',
          parameter: 'pli',
        },
        {
          type: 'ccm',
          parameter: 'fir',
        },
        {
          type: 'goog-remb',
          parameter: '',
        },
        {
          type: 'transport-cc',
          parameter: '',
        },
      ],
      parameters: {
        'profile-id': 0,
      },
      preferredPayloadType: 103,
    },
    {
      kind: 'video',
      mimeType: 'video/rtx',
      preferredPayloadType: 104,
      clockRate: 90000,
      parameters: {
        apt: 103,
      },
      rtcpFeedback: [],
    },
    {
      kind: 'video',
      mimeType: 'video/H264',
      clockRate: 90000,
      parameters: {
        'level-asymmetry-allowed': 1,
        'packetization-mode': 1,
        'profile-level-id': '42e01f',
      },
      rtcpFeedback: [
        {
          type: 'nack',
          parameter: '',
        },
        {
          type: 'nack',
          parameter: 'pli',
        },
        {
          type: 'ccm',
          parameter: 'fir',
        },
        {
          type: 'goog-remb',
          parameter: '',
        },
        {
          type: 'transport-cc',
          parameter: '',
        },
      ],
      preferredPayloadType: 105,
    },
    {
      kind: 'video',
      mimeType: 'video/rtx',
      preferredPayloadType: 106,
      clockRate: 90000,
      parameters: {
        apt: 105,
      },
      rtcpFeedback: [],
    },
    {
      kind: 'video',
      mimeType: 'video/H264',
      clockRate: 90000,
      parameters: {
        'level-asymmetry-allowed': 1,
        'packetization-mode': 1,
        'profile-level-id': '64001f',
      },
      rtcpFeedback: [
        {
          type: 'nack',
          parameter: '',
        },
        {
          type: 'nack',
          parameter: 'pli',
        },
        {
          type: 'ccm',
          parameter: 'fir',
        },
        {
          type: 'goog-remb',
          parameter: '',
        },
        {
          type: 'transport-cc',
          parameter: '',
        },
      ],
      preferredPayloadType: 107,
    },
    {
      kind: 'video',
      mimeType: 'video/rtx',
      preferredPayloadType: 108,
      clockRate: 90000,
      parameters: {
        apt: 107,
      },
      rtcpFeedback: [],
    },
    {
      kind: 'video',
      mimeType: 'video/AV1',
      clockRate: 90000,
      parameters: {},
      rtcpFeedback: [
        {
          type: 'nack',
          parameter: '',
        },
        {
          type: 'nack',
          parameter: 'pli',
        },
        {
          type: 'ccm',
          parameter: 'fir',
        },
        {
          type: 'goog-remb',
          parameter: '',
        },
        {
          type: 'transport-cc',
          parameter: '',
        },
      ],
      preferredPayloadType: 109,
    },
    {
      kind: 'video',
      mimeType: 'video/rtx',
      preferredPayloadType: 110,
      clockRate: 90000,
      parameters: {
        apt: 109,
      },
      rtcpFeedback: [],
    },
  ],
  headerExtensions: [
    {
      kind: 'audio',
      uri: 'urn:ietf:params:rtp-hdrext:sdes:mid',
      preferredId: 1,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'video',
      uri: 'urn:ietf:params:rtp-hdrext:sdes:mid',
      preferredId: 1,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'video',
      uri: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
      preferredId: 2,
      preferredEncrypt: false,
      direction: 'recvonly',
    },
    {
      kind: 'video',
      uri: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
      preferredId: 3,
      preferredEncrypt: false,
      direction: 'recvonly',
    },
    {
      kind: 'audio',
      uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
      preferredId: 4,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'video',
      uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
      preferredId: 4,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'audio',
      uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
      preferredId: 5,
      preferredEncrypt: false,
      direction: 'recvonly',
    },
    {
      kind: 'video',
      uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
      preferredId: 5,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'audio',
      uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
      preferredId: 6,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'video',
      uri: 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
      preferredId: 7,
      preferredEncrypt: false,
      direction: 'recvonly',
    },
    {
      kind: 'video',
      uri: 'urn:3gpp:video-orientation',
      preferredId: 8,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'video',
      uri: 'urn:ietf:params:rtp-hdrext:toffset',
      preferredId: 9,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'audio',
      uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
      preferredId: 10,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'video',
      uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
      preferredId: 10,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'audio',
      uri: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
      preferredId: 11,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'video',
      uri: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
      preferredId: 11,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'audio',
      uri: 'urn:mediasoup:params:rtp-hdrext:packet-id',
      preferredId: 12,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'video',
      uri: 'urn:mediasoup:params:rtp-hdrext:packet-id',
      preferredId: 12,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
  ],
};
