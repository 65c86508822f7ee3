import { z } from 'zod';
import { cleanText } from '../meeting/text.ts';

/** Somebody who signs in. */
export interface User {
  id: string;
  /** Lower case; undefined: they sign in elsewhere. */
  email: string | undefined;
  /** Names their personal room: `/r/<handle>`. */
  handle: string;
  name: string;
  /** BCP 47; undefined: what the browser prefers. */
  language: string | undefined;
  /** Whether they have a password here. */
  hasPassword: boolean;
}

export const email = z.email().max(254).toLowerCase();

/** Long ones are better than odd ones (NIST SP 800-63B §3.1.1.2). */
export const password = z.string().min(10).max(256);

export const handle = z.string().regex(/^[a-z\d](?:[a-z\d-]{1,38}[a-z\d])$/, '3 to 40 of a–z 0–9 and -');

export const language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z\d]{2,8})*$/)
  .max(35);

/** A person's name as it is kept. */
export function personName(text: string): string {
  return cleanText(text, 64);
}

/** A handle for somebody who has not chosen one: from the name where that can be, and with `suffix` so that it is free. */
export function handleFrom(name: string, suffix: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 24)
    .replace(/-+$/, '');
  return plain === '' ? `room-${suffix}` : `${plain}-${suffix}`;
}
