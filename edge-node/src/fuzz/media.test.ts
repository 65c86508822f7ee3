import { type RtpParameters, TrackKind } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';
import { fuzzing, fuzzTimeoutMs, mangled } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkDtlsParameters } from '../core/media/dtls-parameters.ts';
import { checkRtpCapabilities, checkRtpParameters } from '../core/media/rtp-parameters.ts';

const parameters = JSON.stringify({
  mid: '0',
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: 96,
      clockRate: 90_000,
      parameters: {},
      rtcpFeedback: [{ type: 'nack', parameter: '' }],
    },
    { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 }, rtcpFeedback: [] },
  ],
  headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1, encrypt: false, parameters: {} }],
  encodings: [{ ssrc: 1, rtxSsrc: 2, rid: 'a', scalabilityMode: 'L1T3', maxBitrate: 100_000 }],
  rtcp: { cname: 'c', reducedSize: true },
});
const dtls = JSON.stringify({ role: 'client', fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] });

/** What a changed JSON text says, or anything. */
const values = (text: string) =>
  fc.oneof(
    mangled([text]).map((changed) => {
      try {
        return JSON.parse(changed);
      } catch {
        return undefined;
      }
    }),
    fc.object({ maxDepth: 3 }),
    fc.jsonValue(),
  );

test.each([
  ['RTP parameters', parameters, (value: never) => checkRtpParameters(TrackKind.VIDEO, value)],
  ['RTP capabilities', parameters, (value: never) => checkRtpCapabilities(value)],
  ['DTLS parameters', dtls, (value: never) => checkDtlsParameters(value)],
])(
  '%s are valid, or refused with a code',
  { timeout: fuzzTimeoutMs },
  (_name, text, check: (value: never) => unknown) => {
    fc.assert(
      fc.property(values(text), (value) => {
        try {
          check(value as never);
        } catch (error) {
          if (!(error instanceof CanopyError)) throw error;
          expect(error.code).toBe('INVALID_MEDIA_PARAMETERS');
          expect(error.message.length).toBeLessThan(1_000);
        }
      }),
      fuzzing(),
    );
  },
);

test('what is fuzzed is valid as it stands', () => {
  const given: RtpParameters = JSON.parse(parameters);
  expect(checkRtpParameters(TrackKind.VIDEO, given).codecs).toHaveLength(2);
});
