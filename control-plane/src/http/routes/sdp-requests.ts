import { CanopyError } from '@canopy/runtime/errors';
import type { FastifyRequest } from 'fastify';

export const sdpType = 'application/sdp';
export const fragmentType = 'application/trickle-ice-sdpfrag';

/** Errors: TOKEN_INVALID (nothing that could be one). */
export function tokenOf({ headers }: FastifyRequest): string {
  const token = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw new CanopyError('TOKEN_INVALID');
  return token;
}

/** Errors: UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST (nothing in it). */
export function bodyOf({ headers, body }: FastifyRequest, type: string): string {
  if (headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== type) {
    throw new CanopyError('UNSUPPORTED_MEDIA_TYPE', `The body must be ${type}.`);
  }
  if (typeof body !== 'string' || body === '') throw new CanopyError('BAD_REQUEST');
  return body;
}

export function accepts({ headers }: FastifyRequest, type: string): boolean {
  const ranges = (headers.accept ?? '*/*').split(',').map((range) => range.split(';')[0]?.trim().toLowerCase());
  return ['*/*', 'application/*', type].some((range) => ranges.includes(range));
}
