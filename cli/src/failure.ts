import { CanopyError } from '@canopy/runtime/errors';
import { messageOf } from '@canopy/runtime/message-of';

/** What a script can tell apart: 1 refused or failed, 2 wrong usage, 3 not now (trying again may help), 4 not allowed. */
type ExitCode = 1 | 2 | 3 | 4;

/** Something that the user can mend, said in one sentence. */
export class UsageError extends Error {}

/** How the API begins to say what it can't read: no proxy does. */
const partOfRequest = /^(?:body|querystring|params)(?:\.|: )/;

/** An error in one sentence, and how the process ends for it. `keyFrom` is where the API key was found; undefined: there is none. */
export function failure(error: unknown, keyFrom: string | undefined): { text: string; exitCode: ExitCode } {
  if (error instanceof UsageError) return { text: error.message, exitCode: 2 };
  if (error instanceof CanopyError) {
    const text = `${error.message} (${error.code})`;
    if (error.code === 'TOKEN_INVALID' || error.code === 'FORBIDDEN')
      return { text: `${text} ${adviceOn(keyFrom)}`, exitCode: 4 };
    // Where access is open, who comes without a key may look into any.
    if (error.code === 'MEETING_NOT_FOUND' && keyFrom !== undefined)
      return { text: `${text} Or it is another's, and the key in ${keyFrom} lacks mesh.operate.`, exitCode: 1 };
    if (error.code === 'STATE_UNAVAILABLE' && error.cause !== undefined)
      return { text: `Nobody answers at the address in --url or CANOPY_URL: ${messageOf(error.cause)}`, exitCode: 3 };
    if (error.code === 'BAD_REQUEST' && partOfRequest.test(text))
      return { text: text.replace(partOfRequest, ''), exitCode: 2 };
    return { text, exitCode: error.retryable ? 3 : 1 };
  }
  return { text: messageOf(error), exitCode: isUnreached(error) ? 3 : 1 };
}

function adviceOn(keyFrom: string | undefined): string {
  if (keyFrom === undefined) return 'There is no API key: set CANOPY_API_KEY, or give --api-key-file.';
  return `See which key is in ${keyFrom}, and what it may.`;
}

/** Nobody is there (yet): system errors of connections, by which Node names them. */
const unreached: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);

function isUnreached(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isUnreached)) return true;
  return unreached.has('code' in error && error.code) || isUnreached(error.cause);
}
