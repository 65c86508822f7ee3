import { createHmac } from 'node:crypto';
import type { Clock } from '@canopy/runtime/clock';
import type { Relay } from '../app/ports/relay.ts';

/** What a credential is good for, s. It is asked for when a client connects; what is connected then stays so. */
const credentialLifetimeS = 3_600;

/**
 * Credentials that the TURN server checks without having heard of anybody (coturn's use-auth-secret,
 * draft-uberti-behave-turn-rest-00 §2.2): the time at which they end, whose they are, and an HMAC-SHA-1 over both.
 */
export function turnRelay(turn: { urls: readonly string[]; secret: string } | undefined, clock: Clock): Relay {
  if (turn === undefined) return { serversFor: () => [] };
  const { urls, secret } = turn;
  return {
    serversFor(participantId) {
      const username = `${Math.floor(clock.now() / 1_000) + credentialLifetimeS}:${participantId}`;
      const credential = createHmac('sha1', secret).update(username).digest('base64');
      return [{ urls: [...urls], username, credential }];
    },
  };
}
