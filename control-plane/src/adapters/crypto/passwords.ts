import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Passwords } from '../../app/accounts/ports.ts';

const derive = promisify(argon2);

/** OWASP Password Storage Cheat Sheet. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const tagLength = 32;

/** Compared with where there is no account, so that the answer takes as long. */
const nobody = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(Buffer.alloc(16))}$${base64(Buffer.alloc(tagLength))}`;

/** argon2id (RFC 9106), kept as PHC strings, which say how they were made. */
export const argon2Passwords: Passwords = {
  async hash(password) {
    const nonce = randomBytes(16);
    const tag = await derive('argon2id', { message: normal(password), nonce, ...cost, tagLength });
    return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(nonce)}$${base64(tag)}`;
  },
  async matches(password, hash = nobody) {
    const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(hash);
    if (parts === null) return false;
    const [, memory, passes, parallelism, nonce = '', expected = ''] = parts;
    const known = Buffer.from(expected, 'base64');
    const tag = await derive('argon2id', {
      message: normal(password),
      nonce: Buffer.from(nonce, 'base64'),
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
      tagLength: known.length,
    });
    return timingSafeEqual(tag, known) && hash !== nobody;
  },
};

/** The same text however a keyboard composes it (RFC 8265 §4). */
function normal(password: string): string {
  return password.normalize('NFC');
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
