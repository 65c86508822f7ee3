import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ResumeTokens } from '../../app/session/ports.ts';
import { hashSecret } from './api-key-secrets.ts';

const meetingShape = z.uuid();
const participantShape = /^[\w-]{1,64}$/;

/** `<meeting id>.<participant id>.<256 random bits>`: any replica finds the state it belongs to. */
export const resumeTokens: ResumeTokens = {
  issue(meetingId, participantId) {
    const token = `${meetingId}.${participantId}.${randomBytes(32).toString('base64url')}`;
    return { token, hash: hashSecret(token) };
  },
  /** Nobody vouches for what it says before it is looked up, so that may be anything. */
  read(token) {
    const [meetingId = '', participantId = '', secret, ...rest] = token.split('.');
    if (!meetingShape.safeParse(meetingId).success || !participantShape.test(participantId)) return undefined;
    if (!secret || rest.length > 0) return undefined;
    return { meetingId, participantId, hash: hashSecret(token) };
  },
};
