import type { RoleName } from '../meeting/roles.ts';

/** Who reads what was said in a meeting: a participant, or the owner of the meeting through the API. */
export type Reader = { participantId: string; role: RoleName } | 'owner';
