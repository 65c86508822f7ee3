import { randomBytes } from 'node:crypto';
import type { ResumeTokens } from '../../app/session/ports.ts';
import { hashSecret } from './api-key-secrets.ts';

/** `<meeting id>.<participant id>.<256 random bits>`: any replica finds the state it belongs to. */
export const resumeTokens: ResumeTokens = {
  issue(meetingId, participantId) {
    const token = `${meetingId}.${participantId}.${randomBytes(32).toString('base64url')}`;
    return { token, hash: hashSecret(token) };
  },
  read(token) {
    const [meetingId, participantId, secret, ...rest] = token.split('.');
    if (!meetingId || !participantId || !secret || rest.length > 0) return undefined;
    return { meetingId, participantId, hash: hashSecret(token) };
  },
};
