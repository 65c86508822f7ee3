import { CanopyError } from '@canopy/runtime/errors';
import { fuzzing, fuzzTimeoutMs, mangled } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientAddress } from '../adapters/net/client-address.ts';
import { usernameFragmentIn } from '../core/sdp/fragment.ts';
import { readOffer } from '../core/sdp/offer.ts';
import { sentTracks } from '../core/sdp/sent-tracks.ts';
import { chromiumOffer } from '../core/sdp/testing/offers.ts';
import { readFrame } from '../ws/frame.ts';
import { helloMessages, sessionMessages } from '../ws/messages/index.ts';
import { originCheck } from '../ws/origin.ts';

const frames = [
  '{"id":1,"join":{"token":"a.b.c","rttMs":{"edge":12}}}',
  '{"id":2,"subscribe":{"tracks":[{"trackId":"t","priority":1,"width":640}]}}',
  '{"id":4294967295,"postChat":{"text":"hello"}}',
];
const known = new Set([...Object.keys(helloMessages), ...Object.keys(sessionMessages)]);

/** Only errors that the caller is told a code of. */
function coded<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof CanopyError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}

test('a frame is a message that is known, or is refused', { timeout: fuzzTimeoutMs }, () => {
  const texts = fc.oneof(mangled(frames), fc.json(), fc.string());
  fc.assert(
    fc.property(texts, fc.boolean(), (text, isBinary) => {
      const frame = readFrame(Buffer.from(text), isBinary, 1_000);
      if (frame.kind === 'message') expect(known.has(frame.name)).toBe(true);
      if (Buffer.byteLength(text) > 1_000) expect(frame.kind).toBe('too-large');
    }),
    fuzzing(),
  );
});

test('an offer has tracks that can be sent, or is refused', { timeout: fuzzTimeoutMs }, () => {
  fc.assert(
    fc.property(fc.oneof(mangled([chromiumOffer]), fc.string()), (text) => {
      coded(() => sentTracks(readOffer(text)));
      coded(() => usernameFragmentIn(text));
    }),
    fuzzing(),
  );
});

test('nobody gets another address, or past the origin check, by what stands in headers', {
  timeout: fuzzTimeoutMs,
}, () => {
  const header = mangled(['203.0.113.5, 10.0.0.1', '::ffff:10.0.0.1', '[2001:db8::1]:443', 'https://meet.example.org']);
  const request = (headers: object) => ({ headers, socket: { remoteAddress: '198.51.100.7' } }) as never;
  const direct = clientAddress([]);
  const behindProxy = clientAddress(['198.51.100.0/24', '10.0.0.0/8']);
  const allowed = originCheck(['https://meet.example.org']);
  fc.assert(
    fc.property(header, (text) => {
      const forwarded = request({ 'x-forwarded-for': text });
      expect(direct(forwarded)).toBe('198.51.100.7');
      expect(behindProxy(forwarded)).toMatch(/^[\da-f.:]+(%[^\s]*)?$/i);
      const isOwn = URL.canParse(text) && new URL(text).origin === 'https://meet.example.org';
      expect(allowed(request({ origin: text, host: 'meet.example.org' }))).toBe(isOwn);
    }),
    fuzzing(),
  );
});
