import { readInvitation } from '../lib/invitation.ts';

/** The path of a meeting whose key is in its address: behind `#`, so that browsers send it to no server. */
export function pathWithKey(meetingId: string, key: string | undefined): string {
  return `/m/${meetingId}${key === undefined ? '' : `#key=${encodeURIComponent(key)}`}`;
}

/** What somebody is to be sent who is invited. It holds the key of the meeting if this page was opened with it. */
export function invitationLink(meetingId: string): string {
  return location.origin + pathWithKey(meetingId, readInvitation('', location.hash).key);
}

/** The key in the address turned out to be another meeting's: it is not to be passed on. */
export function dropKeyFromAddress(): void {
  const rest = new URLSearchParams(location.hash.slice(1));
  rest.delete('key');
  const hash = rest.size === 0 ? '' : `#${rest}`;
  history.replaceState(history.state, '', location.pathname + location.search + hash);
}
