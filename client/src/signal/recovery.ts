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

/** Doors that people keep closed, and limits that were reached: who stands before one is told, and asks again when they like. */
const closedDoors: ReadonlySet<ErrorCode> = new Set([
  'MEETING_LOCKED',
  'MEETING_FULL',
  'MEETING_NOT_OPEN',
  'LOBBY_FULL',
]);

/** Whether it makes sense to join again by itself after `code`, without anybody doing anything. */
export function passesSoon(code: ErrorCode): boolean {
  return troubles.has(code);
}

/** What to try after `code`, when `current` is what was being tried or would be tried next. */
export function recoveryAfter(code: ErrorCode, current: 'resume' | 'join'): Recovery {
  if (sessionGone.has(code)) return 'join';
  if (closedDoors.has(code)) return 'stop';
  return errorClass(code).retryable ? current : 'stop';
}
