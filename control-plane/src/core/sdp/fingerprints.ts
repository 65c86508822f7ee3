const hashes = ['sha-256', 'sha-384', 'sha-512'];

/** Hash functions that edges take for DTLS fingerprints (RFC 8122 §5). */
export function isSupportedHash(algorithm: string): boolean {
  return hashes.includes(algorithm);
}
