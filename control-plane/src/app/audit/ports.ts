import type { OperatorDeed } from '../../core/access/authorize.ts';

/** As what is noted each thing that operators may do. The compiler wants all of them named. */
const ofOperators = {
  'mesh.operate': ['edge.drain', 'edge.undrain'],
  'keys.manage': ['key.create', 'key.rotate', 'key.revoke'],
  'account.reset': ['password.reset-link'],
  'meeting.warm': ['meeting.warm'],
  'meeting.end': ['meeting.end'],
} as const satisfies Record<OperatorDeed, readonly string[]>;

/** What besides is noted of whoever does it. */
const ofOthers = ['password.change', 'password.reset', 'recording.delete'] as const;

/** As what is noted that operators looked at what is not theirs: once in a while, however often they look. */
const looks = ['meeting.list', 'meeting.look'] as const;

type AuditAction = (typeof ofOperators)[OperatorDeed][number] | (typeof ofOthers)[number] | (typeof looks)[number];

/** All that is noted. */
export const auditActions: readonly AuditAction[] = [...Object.values(ofOperators).flat(), ...ofOthers, ...looks];

/** Something that somebody set out to do. */
export interface AuditEntry {
  action: AuditAction;
  /** What it is done to: the id of an edge, a key, a meeting, a user or a recording; the name of an account; `all` meetings. */
  target: string;
  /** What matters besides, and is no secret. */
  details: Readonly<Record<string, unknown>>;
}

export interface NotedEntry extends AuditEntry {
  id: number;
  /** Unix ms. */
  at: number;
  /** `key:` or `user:` and the id. */
  actor: string;
  /** Where the request came from. */
  address: string;
  /** The code of the error it ended with; undefined for the note that is made before it is done. */
  failed: string | undefined;
}

/** Which entries, the newest first. */
export interface AuditQuery {
  /** Only those before the one with this id. */
  before: number | undefined;
  action: AuditAction | undefined;
  actor: string | undefined;
  limit: number;
}

/** Kept for ever, and never changed. Errors: STATE_UNAVAILABLE. */
export interface AuditRecords {
  note(entry: Omit<NotedEntry, 'id' | 'at'>): Promise<void>;
  page(query: AuditQuery): Promise<readonly NotedEntry[]>;
}
