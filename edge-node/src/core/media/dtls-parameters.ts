import type { DtlsParameters } from '@canopy/proto/media';
import { z } from 'zod';
import { parseMedia } from './invalid-media.ts';
import { mediaLimits } from './limits.ts';

/** Bytes of a fingerprint by hash function (RFC 8122 §5); SHA-1 is left out, no browser offers it alone. */
const digestBytes = { 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 } as const;

const fingerprint = z
  .object({ algorithm: z.enum(['sha-256', 'sha-384', 'sha-512']), value: z.string().max(mediaLimits.textLength) })
  .refine(({ algorithm, value }) => {
    const bytes = value.split(':');
    return bytes.length === digestBytes[algorithm] && bytes.every((byte) => /^[0-9a-fA-F]{2}$/.test(byte));
  }, 'not a fingerprint of its algorithm');

const schema = z.object({
  role: z.enum(['auto', 'client', 'server']),
  fingerprints: z.array(fingerprint).min(1).max(mediaLimits.fingerprints),
});

/** Checks the DTLS parameters of a client. Throws INVALID_MEDIA_PARAMETERS. */
export function checkDtlsParameters(parameters: DtlsParameters | undefined): DtlsParameters {
  return parseMedia(schema, parameters, 'dtlsParameters');
}
