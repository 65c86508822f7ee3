import { PullResponse } from '@canopy/proto/edge_link';
import type { types } from 'mediasoup';
import { expect, test } from 'vitest';
import { fromRtpParameters, toRtpParameters } from './convert.ts';

const svc: types.RtpParameters = {
  codecs: [
    {
      mimeType: 'video/VP9',
      payloadType: 103,
      clockRate: 90_000,
      parameters: { 'profile-id': 0 },
      rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
    },
    { mimeType: 'video/rtx', payloadType: 104, clockRate: 90_000, parameters: { apt: 103 }, rtcpFeedback: [] },
  ],
  headerExtensions: [
    { uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time', id: 10, encrypt: false, parameters: {} },
  ],
  encodings: [{ ssrc: 4_000_000_000, rtx: { ssrc: 4_000_000_001 }, scalabilityMode: 'L3T3_KEY', dtx: false }],
  rtcp: { cname: 'c', reducedSize: true },
};

test('RTP parameters come through the wire to the next edge unchanged, layers and repair included', () => {
  const sent = PullResponse.fromPartial({ rtpParameters: fromRtpParameters(svc) });
  const { rtpParameters } = PullResponse.decode(PullResponse.encode(sent).finish());
  expect(rtpParameters && toRtpParameters(rtpParameters)).toEqual(svc);
});

test('a header extension that mediasoup does not know is refused', () => {
  const parameters = fromRtpParameters(svc);
  parameters.headerExtensions.push({ uri: 'urn:x', id: 3, encrypt: false });
  expect(() => toRtpParameters(parameters)).toThrow(expect.objectContaining({ code: 'INVALID_MEDIA_PARAMETERS' }));
});
