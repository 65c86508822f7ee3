import { expect, test } from 'vitest';
import { checkDtlsParameters } from './dtls-parameters.ts';

const digest = (bytes: number) => Array.from({ length: bytes }, () => 'aB').join(':');

function parameters(algorithm: string, value: string, role = 'client') {
  return { role, fingerprints: [{ algorithm, value }] };
}

test('a fingerprint as long as its algorithm makes it is accepted', () => {
  expect(checkDtlsParameters(parameters('sha-256', digest(32)))).toEqual(parameters('sha-256', digest(32)));
});

test.each([
  ['nothing at all', undefined],
  ['no fingerprint', { role: 'client', fingerprints: [] }],
  ['an empty fingerprint', parameters('sha-256', '')],
  ['a fingerprint that is too short', parameters('sha-256', digest(20))],
  ['a fingerprint that is not hexadecimal', parameters('sha-256', digest(32).replace('aB', 'xy'))],
  ['an unknown algorithm', parameters('md5', digest(16))],
  ['an unknown role', parameters('sha-256', digest(32), 'boss')],
])('%s is refused', (_, given) => {
  expect(() => checkDtlsParameters(given)).toThrow(expect.objectContaining({ code: 'INVALID_MEDIA_PARAMETERS' }));
});
