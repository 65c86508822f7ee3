import { CanopyError } from '@canopy/runtime/errors';
import { messageOf } from '@canopy/runtime/message-of';

/** What a script can tell apart: 1 refused or failed, 2 wrong usage, 3 not now (trying again may help), 4 not allowed. */
type ExitCode = 1 | 2 | 3 | 4;

/** Something that the user can mend, said in one sentence. */
export class UsageError extends Error {}

/** How the API begins to say what it can't read: no proxy does. */
const partOfRequest = /^(?:body|querystring|params)(?:\.|: )/;

/** An error in one sentence, and how the process ends for it. */
export function failure(error: unknown): { text: string; exitCode: ExitCode } {
  if (error instanceof UsageError) return { text: error.message, exitCode: 2 };
  if (error instanceof CanopyError) {
    const text = `${error.message} (${error.code})`;
    if (error.code === 'TOKEN_INVALID' || error.code === 'FORBIDDEN')
      return { text: `${text} See which key is in CANOPY_API_KEY, and what it may.`, exitCode: 4 };
    if (error.code === 'MEETING_NOT_FOUND')
      return { text: `${text} Or it is another's, and the key in CANOPY_API_KEY lacks mesh.operate.`, exitCode: 1 };
    if (error.code === 'STATE_UNAVAILABLE' && error.cause !== undefined)
      return { text: `Nobody answers at the address in --url or CANOPY_URL: ${messageOf(error.cause)}`, exitCode: 3 };
    if (error.code === 'BAD_REQUEST' && partOfRequest.test(text))
      return { text: text.replace(partOfRequest, ''), exitCode: 2 };
    return { text, exitCode: error.retryable ? 3 : 1 };
  }
  return { text: messageOf(error), exitCode: isUnreached(error) ? 3 : 1 };
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
