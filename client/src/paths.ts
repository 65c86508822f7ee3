/** One page of a list that may be long. */
export interface PageQuery {
  /** How many at most; by default as many as the server thinks fit. */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
}

/** Where the REST API has something of a meeting. */
export function meetingPath(meetingId: string, ...segments: string[]): string {
  return `/v1/meetings/${[meetingId, ...segments].map(encodeURIComponent).join('/')}`;
}

/** The end of an address that asks for just this, with its `?`; empty if nothing is given. */
export function queryOf(fields: object): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  return given.length === 0 ? '' : `?${query}`;
}
