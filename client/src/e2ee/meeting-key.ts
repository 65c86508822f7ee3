import type { TrackSource } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';

/** Fewer characters are too easily guessed. */
export const shortestPassphrase = 8;
/** OWASP's advice for PBKDF2 with SHA-256: a guess costs as much as this many hashes. */
const passphraseIterations = 600_000;
const linkKeyBytes = 16;

/** Whose frames, and of which source. What one sender encrypted is no other's, whatever a server says. */
export interface Sender {
  participantId: string;
  source: TrackSource;
}

/** The key of a meeting as it goes into an invitation link: 128 random bits in 22 characters. */
export function newEncryptionKey(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(linkKeyBytes)));
}

/**
 * What all keys of a meeting derive from: a key from an invitation link, or else a passphrase that people agreed on. The
 * same text means another secret in another meeting. Rejects with BAD_REQUEST if a passphrase is too short.
 */
export async function meetingSecretOf(text: string, meetingId: string): Promise<CryptoKey> {
  const trimmed = text.trim().normalize('NFC');
  const salt = utf8(`canopy-e2ee ${meetingId}`);
  return asSecret(await (linkKeyIn(trimmed) ?? stretched(trimmed, salt)), salt);
}

/** What people compare to know that they have the same key: eight digits. */
export async function comparisonCode(secret: CryptoKey): Promise<string> {
  const number = new DataView((await derive(secret, 'code', 8)).buffer).getBigUint64(0);
  const digits = `${number % 100_000_000n}`.padStart(8, '0');
  return `${digits.slice(0, 4)} ${digits.slice(4)}`;
}

/** The base key (RFC 9605 §4.4.1) of one sender. */
export function senderKey(secret: CryptoKey, { participantId, source }: Sender): Promise<Uint8Array<ArrayBuffer>> {
  return derive(secret, `sender ${source} ${participantId}`, 32);
}

async function asSecret(bytes: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const raw = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveBits']);
  const params = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8('meeting') };
  const bits = await crypto.subtle.deriveBits(params, raw, 256);
  return crypto.subtle.importKey('raw', bits, 'HKDF', false, ['deriveBits']);
}

async function derive(secret: CryptoKey, purpose: string, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const params = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8(purpose) };
  return new Uint8Array(await crypto.subtle.deriveBits(params, secret, bytes * 8));
}

async function stretched(passphrase: string, salt: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (passphrase.length < shortestPassphrase)
    throw new CanopyError('BAD_REQUEST', `A passphrase has at least ${shortestPassphrase} characters.`);
  const raw = await crypto.subtle.importKey('raw', utf8(passphrase), 'PBKDF2', false, ['deriveBits']);
  const params = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: passphraseIterations };
  return new Uint8Array(await crypto.subtle.deriveBits(params, raw, 256));
}

/** Undefined for what `newEncryptionKey` can't have made. */
function linkKeyIn(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]{21}[AQgw]$/.test(text)) return undefined;
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
