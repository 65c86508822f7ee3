import type { HttpSessionRecord } from '../app/http-sessions/ports.ts';

/** What is kept of somebody who publishes by WHIP. */
export const httpSession: HttpSessionRecord = {
  meetingId: 'm',
  participantId: 'ada',
  edgeId: 'e',
  transport: 'send',
  mid: '0',
  candidates: [],
  usernameFragment: 'u',
  etag: '"e"',
};
