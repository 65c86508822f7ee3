import type { RoleName } from '@canopy/client';

const roles: readonly RoleName[] = ['host', 'cohost', 'panelist', 'attendee'];

/** What the address of a meeting says about the one who opens it. */
export interface Invitation {
  role?: RoleName;
  /** A join token that somebody else made. */
  token?: string;
  /** Of a meeting that is encrypted end to end. */
  key?: string;
  /** What a link carries that gives a role. */
  link?: string;
}

/** A token and a key travel behind `#`, so that no server ever sees them there. */
export function readInvitation(search: string, hash: string): Invitation {
  const role = roles.find((each) => each === new URLSearchParams(search).get('role'));
  const hidden = new URLSearchParams(hash.replace(/^#/, ''));
  const [token, link, key] = [hidden.get('token'), hidden.get('invitation'), hidden.get('key')];
  return {
    ...(role === undefined ? {} : { role }),
    ...(token === null ? {} : { token }),
    ...(link === null ? {} : { link }),
    ...(key === null || key === '' ? {} : { key }),
  };
}

/** The role a newcomer gets where the app may choose it: the creator hosts, others take part in a meeting and watch a webinar. */
export function defaultRole(isCreator: boolean, mode: 'meeting' | 'webinar'): RoleName {
  if (isCreator) return 'host';
  return mode === 'webinar' ? 'attendee' : 'panelist';
}

/** Finds the meeting in what somebody typed or pasted: an id, or any link that leads to one, also that of a series or of a personal room. Returns the path to go to, or null. */
export function meetingPathIn(text: string): string | null {
  const trimmed = text.trim();
  const match = /(\/[msr]\/[\w-]+)\/?(\?[^#\s]*)?(#\S*)?$/.exec(trimmed);
  if (match) return `${match[1]}${match[2] ?? ''}${match[3] ?? ''}`;
  return /^[\w-]{8,}$/.test(trimmed) ? `/m/${trimmed}` : null;
}
