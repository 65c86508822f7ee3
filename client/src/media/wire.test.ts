import { ConsumerParameters, RtpCapabilities, RtpParameters } from '@canopy/proto/media';
import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import type * as ms from 'mediasoup-client/types';
import { expect, test } from 'vitest';
import { fingerprintsIn } from './identity.ts';
import { fromWireRtpParameters, fromWireTransport, toWireCapabilities, toWireRtpParameters } from './wire.ts';

const simulcast: ms.RtpParameters = {
  mid: '0',
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: 96,
      clockRate: 90_000,
      parameters: {},
      rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
    },
    { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 }, rtcpFeedback: [] },
  ],
  headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4, encrypt: false }],
  encodings: [
    { rid: 'r0', scalabilityMode: 'L1T3', maxBitrate: 150_000, dtx: false },
    { ssrc: 7, rtx: { ssrc: 8 }, maxBitrate: 1_500_000 },
  ],
  rtcp: { cname: 'abc', reducedSize: true },
  msid: 'person',
};

/** As it looks after a socket. */
function overTheWire<T>(message: { fromJSON(value: unknown): T }, value: T): T {
  return message.fromJSON(JSON.parse(JSON.stringify(value)));
}

test('RTP parameters come out of the wire as they went in', () => {
  const received = overTheWire(RtpParameters, toWireRtpParameters(simulcast));
  expect(fromWireRtpParameters(received)).toEqual(simulcast);
});

test('capabilities keep every codec, feedback and extension', () => {
  const capabilities = toWireCapabilities(routerRtpCapabilities as ms.RtpCapabilities);
  const received = overTheWire(RtpCapabilities, capabilities);
  expect(received.codecs).toHaveLength(routerRtpCapabilities.codecs.length);
  expect(received.codecs.find(({ mimeType }) => mimeType === 'video/rtx')?.parameters).toEqual({ apt: 101 });
  expect(received.headerExtensions.map(({ uri }) => uri)).toEqual(
    routerRtpCapabilities.headerExtensions.map(({ uri }) => uri),
  );
});

test('a consumer that is not paused travels without saying so', () => {
  expect(overTheWire(ConsumerParameters, ConsumerParameters.create({ consumerId: 'c' })).paused).toBe(false);
});

const relay = { urls: ['turn:127.0.0.1:3478?transport=tcp'], username: '2000003600:ada', credential: 'secret' };

test('the edge is the DTLS server, because join announced a client', () => {
  const options = fromWireTransport({
    id: 't',
    iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
    iceCandidates: [
      { foundation: 'udp', priority: 1, address: '127.0.0.1', protocol: 'udp', port: 4000, type: 'host' },
      {
        foundation: 'tcp',
        priority: 1,
        address: '127.0.0.1',
        protocol: 'tcp',
        port: 4000,
        type: 'host',
        tcpType: 'passive',
      },
    ],
    dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: 'AA' }] },
    iceServers: [relay],
  });
  expect(options.dtlsParameters.role).toBe('server');
  expect(options.iceCandidates.map(({ protocol, tcpType }) => [protocol, tcpType])).toEqual([
    ['udp', undefined],
    ['tcp', 'passive'],
  ]);
  expect(options.iceServers).toEqual([relay]);
});

test('finds each fingerprint of an offer once, in upper case', () => {
  const sdp = 'v=0\r\na=fingerprint:sha-256 aa:bb\r\nm=audio\r\na=fingerprint:sha-256 aa:bb\r\n';
  expect(fingerprintsIn(sdp)).toEqual([{ algorithm: 'sha-256', value: 'AA:BB' }]);
});
