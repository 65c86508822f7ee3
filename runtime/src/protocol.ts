import { CanopyError } from './errors.ts';

/**
 * What this version of Canopy speaks: one number for all that replicas, edges and clients say to each other, whichever way
 * (gRPC, NATS, Redis, WebSocket). It grows by one with a release that an older one would misunderstand, if it did all it can.
 */
export const protocolVersion = 2;

/** Of whoever names none: the last that did not. */
const unnamed = 1;

/** What a peer speaks, by what it said. */
export function versionOf(said: number | undefined): number {
  return said === undefined || said === 0 ? unnamed : said;
}

/** Whether two of these versions work together: the same, and neighbours. */
export function understands(peer: number, own = protocolVersion): boolean {
  return Math.abs(peer - own) <= 1;
}

/** Errors: PROTOCOL_MISMATCH. */
export function requireUnderstood(said: number | undefined): void {
  const peer = versionOf(said);
  if (!understands(peer))
    throw new CanopyError('PROTOCOL_MISMATCH', `Version ${peer} of the protocol met ${protocolVersion}.`);
}
