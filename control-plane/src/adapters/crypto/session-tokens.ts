import type { SessionTokens } from '../../app/accounts/ports.ts';
import { hashSecret, randomSecret } from './api-key-secrets.ts';

/** 256 random bits; who reads the database can't sign in with what is kept of them. */
export const sessionTokens: SessionTokens = {
  issue() {
    const token = randomSecret();
    return { token, hash: hashSecret(token) };
  },
  hash: hashSecret,
};
