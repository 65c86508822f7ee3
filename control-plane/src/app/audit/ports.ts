/** What operators do that is noted. */
export const auditActions = [
  'edge.drain',
  'edge.undrain',
  'key.create',
  'key.rotate',
  'key.revoke',
  'meeting.end',
  'password.change',
  'password.reset',
  'password.reset-link',
  'recording.delete',
] as const;
type AuditAction = (typeof auditActions)[number];

/** Something that somebody set out to do. */
export interface AuditEntry {
  action: AuditAction;
  /** What it is done to: the id of an edge, a key, a meeting, a user or a recording; the name of an account. */
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
