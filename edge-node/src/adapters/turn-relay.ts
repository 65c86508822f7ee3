import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { Relay, TurnSettings } from '../app/ports/relay.ts';

/** What a credential is good for, s. It is asked for when a client connects; what is connected then stays so. */
const credentialLifetimeS = 3_600;
/** As of EDGE_TURN_SECRET. */
const shortestSecret = 16;

/**
 * Credentials that the TURN server checks without having heard of anybody (coturn's use-auth-secret,
 * draft-uberti-behave-turn-rest-00 §2.2): the time at which they end, whose they are, and an HMAC-SHA-1 over both.
 */
export function turnRelay(turn: TurnSettings | undefined, clock: Clock, logger: Logger): Relay {
  if (turn === undefined) return { serversFor: () => [] };
  const { urls } = turn;
  const secret = 'secret' in turn ? () => turn.secret : secretIn(turn.secretFile, logger);
  return {
    serversFor(participantId) {
      const username = `${Math.floor(clock.now() / 1_000) + credentialLifetimeS}:${participantId}`;
      const credential = createHmac('sha1', secret()).update(username).digest('base64');
      return [{ urls: [...urls], username, credential }];
    },
  };
}

/** What is in the file now, or was there last while it has none. Throws if it has none at first. */
function secretIn(file: string, logger: Logger): () => string {
  let last = readSecret(file);
  return () => {
    try {
      last = readSecret(file);
    } catch (error) {
      logger.warn({ err: error, file }, 'the TURN secret can not be read, the one before stays in use');
    }
    return last;
  };
}

function readSecret(file: string): string {
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < shortestSecret) throw new Error(`a TURN secret has at least ${shortestSecret} characters`);
  return secret;
}
