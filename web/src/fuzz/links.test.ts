import { anyText, fuzzing, fuzzTimeoutMs, mangled } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withLinks } from '../chat/links.ts';
import { meetingPathIn, readInvitation } from '../lib/invitation.ts';

test('what somebody wrote is shown as it is, and leads to the web or nowhere', { timeout: fuzzTimeoutMs }, () => {
  const texts = mangled([
    'See https://example.org/a?b=c, or (http://example.net/x_(y)). Bye',
    'javascript:alert(1) https://[::1]/ http://a"onclick="x',
  ]);
  fc.assert(
    fc.property(fc.oneof(texts, anyText), (text) => {
      const pieces = withLinks(text);
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      for (const { href } of pieces) if (href !== undefined) expect(new URL(href).protocol).toMatch(/^https?:$/);
    }),
    fuzzing(),
  );
});

test('what somebody pasted leads to a page of this app or nowhere', { timeout: fuzzTimeoutMs }, () => {
  const here = 'https://meet.example.org';
  const pasted = mangled([
    `${here}/m/0b6f7f64-9d0e-4a39-8a62-3a1a5e4c2f11/?role=attendee#token=a.b.c`,
    '//evil.example/s/abc-123',
    'javascript:alert(1)//m/abc',
  ]);
  fc.assert(
    fc.property(fc.oneof(pasted, anyText), (text) => {
      const path = meetingPathIn(text);
      if (path === null) return;
      const { origin, pathname } = new URL(path, here);
      expect(origin).toBe(here);
      expect(pathname).toMatch(/^\/[msr]\/[\w-]+$/);
    }),
    fuzzing(),
  );
});

test('an invitation gives a role that there is, and nothing of the query that is secret', {
  timeout: fuzzTimeoutMs,
}, () => {
  const queries = fc.oneof(mangled(['?role=attendee&from=eu', '?key=k&token=t']), anyText);
  const hashes = fc.oneof(mangled(['#token=a.b.c&key=two%20words', '#invitation=i&key=%E0%A4%A']), anyText);
  fc.assert(
    fc.property(queries, hashes, (search, hash) => {
      const { role, ...hidden } = readInvitation(search, hash);
      expect([undefined, 'host', 'cohost', 'panelist', 'attendee']).toContain(role);
      expect(readInvitation('', hash)).toEqual(hidden);
    }),
    fuzzing(),
  );
});
