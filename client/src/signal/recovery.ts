import type { ErrorCode } from '@canopy/runtime/errors';
import { errorClass } from '@canopy/runtime/errors';

/** How a participant gets back into the meeting: `resume` the session with its resume token, `join` again with the join token (the session or its edge is gone), or not at all. */
export type Recovery = 'resume' | 'join' | 'stop';

/** The session exists no longer, or not on an edge that can go on serving it. */
const sessionGone: ReadonlySet<ErrorCode> = new Set([
  'RESUME_REFUSED',
  'SESSION_NOT_FOUND',
  'EDGE_DRAINING',
  'EDGE_OVERLOADED',
  'EDGE_UNREACHABLE',
  'NO_EDGE_AVAILABLE',
]);

/** The service is in trouble that ends by itself; not a door that people keep closed, or a limit that was reached. */
const troubles: ReadonlySet<ErrorCode> = new Set([
  'NO_EDGE_AVAILABLE',
  'EDGE_OVERLOADED',
  'EDGE_DRAINING',
  'EDGE_UNREACHABLE',
  'STATE_UNAVAILABLE',
  'BUSY',
  'SHUTTING_DOWN',
  'SLOW_CONSUMER',
  'TIMEOUT',
  // A busy page said its first word too late.
  'HELLO_EXPECTED',
]);

/** Whether it makes sense to join again by itself after `code`, without anybody doing anything. */
export function passesSoon(code: ErrorCode): boolean {
  return troubles.has(code);
}

/** What to try after `code`, when `current` is what was being tried or would be tried next. */
export function recoveryAfter(code: ErrorCode, current: 'resume' | 'join'): Recovery {
  if (sessionGone.has(code)) return 'join';
  return errorClass(code).retryable ? current : 'stop';
}
