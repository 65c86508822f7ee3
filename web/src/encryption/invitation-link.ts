import { readInvitation } from '../lib/invitation.ts';

/** An address that leads to a meeting, with the meeting's key, if it has one: behind `#`, so that browsers send it to no server. */
export function withKey(address: string, key: string | undefined): string {
  return key === undefined ? address : `${address}#key=${encodeURIComponent(key)}`;
}

/** What somebody is to be sent who is invited, with what gives them a role, if anything does, and with the key of the meeting: the one that this page was opened with, unless another one is given. */
export function invitationLink(meetingId: string, token?: string, key = readInvitation('', location.hash).key): string {
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
