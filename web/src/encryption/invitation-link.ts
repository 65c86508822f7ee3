import { readInvitation } from '../lib/invitation.ts';

/** The path of a meeting whose key is in its address: behind `#`, so that browsers send it to no server. */
export function pathWithKey(meetingId: string, key: string | undefined): string {
  return `/m/${meetingId}${key === undefined ? '' : `#key=${encodeURIComponent(key)}`}`;
}

/** What somebody is to be sent who is invited, with what gives them a role, if anything does. It holds the key of the meeting if this page was opened with it. */
export function invitationLink(meetingId: string, token?: string): string {
  const { key } = readInvitation('', location.hash);
  const hidden = new URLSearchParams({ ...(token && { invitation: token }), ...(key && { key }) });
  return `${location.origin}/m/${meetingId}${hidden.size === 0 ? '' : `#${hidden}`}`;
}

/** The key in the address turned out to be another meeting's: it is not to be passed on. */
export function dropKeyFromAddress(): void {
  const rest = new URLSearchParams(location.hash.slice(1));
  rest.delete('key');
  const hash = rest.size === 0 ? '' : `#${rest}`;
  history.replaceState(history.state, '', location.pathname + location.search + hash);
}
