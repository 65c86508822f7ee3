import { type RtpParameters, TrackKind } from '@canopy/proto/media';
import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import { expect, test } from 'vitest';
import { checkRtpCapabilities, checkRtpParameters } from './rtp-parameters.ts';

const invalid = expect.objectContaining({ code: 'INVALID_MEDIA_PARAMETERS' });

function camera(change: Partial<RtpParameters> = {}): RtpParameters {
  return {
    mid: '0',
    codecs: [
      { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: [] },
      { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 }, rtcpFeedback: [] },
    ],
    headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4, encrypt: false, parameters: {} }],
    encodings: [
      { ssrc: 1, rtxSsrc: 2, rid: 'r0' },
      { ssrc: 3, rtxSsrc: 4, rid: 'r1' },
    ],
    rtcp: { cname: 'c', reducedSize: true },
    msid: 'stream track',
    ...change,
  };
}

const [vp8, rtx] = camera().codecs;

test('what a browser sends is accepted as it is', () => {
  expect(checkRtpParameters(TrackKind.VIDEO, camera())).toEqual(camera());
});

test.each<[string, Partial<RtpParameters>]>([
  ['no codec', { codecs: [] }],
  [
    'too many codecs',
    {
      codecs: Array.from({ length: 9 }, (_, index) => ({ ...vp8, payloadType: 96 + index })) as RtpParameters['codecs'],
    },
  ],
  ['rtx first', { codecs: [rtx, vp8].filter((codec) => codec !== undefined) }],
  [
    'rtx for nothing',
    {
      codecs: [
        { ...camera().codecs[0], parameters: {} },
        { ...rtx, parameters: { apt: 100 } },
      ] as RtpParameters['codecs'],
    },
  ],
  ['the same payload type twice', { codecs: [vp8, { ...rtx, payloadType: 96 }] as RtpParameters['codecs'] }],
  ['a payload type that looks like RTCP', { codecs: [{ ...vp8, payloadType: 72 }] as RtpParameters['codecs'] }],
  ['a payload type above 127', { codecs: [{ ...vp8, payloadType: 128 }] as RtpParameters['codecs'] }],
  ['a mime type with a path in it', { codecs: [{ ...vp8, mimeType: 'video/../x' }] as RtpParameters['codecs'] }],
  ['no encoding', { encodings: [] }],
  ['four encodings', { encodings: [1, 2, 3, 4].map((ssrc) => ({ ssrc })) }],
  ['the same SSRC twice', { encodings: [{ ssrc: 1 }, { ssrc: 1 }] }],
  ["an SSRC that is another encoding's RTX", { encodings: [{ ssrc: 1, rtxSsrc: 2 }, { ssrc: 2 }] }],
  ['the same RID twice', { encodings: [{ rid: 'a' }, { rid: 'a' }] }],
  ['SSRC 0', { encodings: [{ ssrc: 0 }] }],
  ['two encodings that nothing tells apart', { encodings: [{}, { ssrc: 1 }] }],
  ['one encoding without SSRC, RID or MID', { mid: undefined, encodings: [{}] }],
  ['an encoding for an unknown payload type', { encodings: [{ ssrc: 1, codecPayloadType: 99 }] }],
  ['an absurd scalability mode', { encodings: [{ ssrc: 1, scalabilityMode: 'L40T9' }] }],
  ['an unknown header extension', { headerExtensions: [{ uri: 'urn:x', id: 1, encrypt: false }] }],
  [
    'a header extension id above 255',
    { headerExtensions: [{ uri: 'urn:3gpp:video-orientation', id: 256, encrypt: false }] },
  ],
  [
    'an encrypted header extension',
    { headerExtensions: [{ uri: 'urn:3gpp:video-orientation', id: 1, encrypt: true }] },
  ],
  ['an endless CNAME', { rtcp: { cname: 'x'.repeat(300), reducedSize: true } }],
])('%s is refused', (_, change) => {
  expect(() => checkRtpParameters(TrackKind.VIDEO, camera(change))).toThrow(invalid);
});

test('a video codec on an audio track is refused', () => {
  expect(() => checkRtpParameters(TrackKind.AUDIO, camera())).toThrow(invalid);
});

test('a track without parameters is refused', () => {
  expect(() => checkRtpParameters(TrackKind.VIDEO, undefined)).toThrow(invalid);
});

test('a client that takes all a router sends is accepted', () => {
  const capabilities = {
    codecs: routerRtpCapabilities.codecs.map((codec) => ({
      ...codec,
      rtcpFeedback: codec.rtcpFeedback.map(({ type, parameter = '' }) => ({ type, parameter })),
    })),
    headerExtensions: routerRtpCapabilities.headerExtensions,
  };
  expect(checkRtpCapabilities(capabilities)).toEqual(capabilities);
});

test('a client that takes nothing is refused', () => {
  expect(() => checkRtpCapabilities({ codecs: [], headerExtensions: [] })).toThrow(invalid);
});
