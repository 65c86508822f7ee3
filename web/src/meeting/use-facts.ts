import { CanopyError } from '@canopy/client';
import { useCallback } from 'react';
import { apiFor } from '../lib/api.ts';
import { useConfig } from '../lib/config.tsx';
import { defaultRole, readInvitation } from '../lib/invitation.ts';
import { isHosted } from '../lib/remembered.ts';
import { type Resource, useResource } from '../lib/use-resource.ts';
import type { MeetingFacts } from './participation.ts';

/** What can be known of the meeting before joining it, again with each of `looks`; fails where nobody could join from this page. */
export function useFacts(meetingId: string, looks: number): Resource<MeetingFacts> {
  const config = useConfig();
  const openAccess = config.status === 'ready' ? config.value.openAccess : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another look is what loads again
  const load = useCallback(() => factsOf(meetingId, openAccess), [meetingId, openAccess, looks]);
  const facts = useResource(load);
  if (config.status === 'failed') return config;
  if (facts.status !== 'ready') return facts;
  return facts.value === null ? { status: 'loading' } : { status: 'ready', value: facts.value };
}

/** Null while it is not known whether this page may ask. */
async function factsOf(meetingId: string, openAccess: boolean | null): Promise<MeetingFacts | null> {
  const invitation = readInvitation(location.search, location.hash);
  if (openAccess === null) return null;
  if (invitation.token !== undefined) {
    const { title, recording = false } = await apiFor({ link: invitation.token }).getInvitation(meetingId);
    return {
      title,
      role: invitation.role ?? 'panelist',
      hasPassword: false,
      endToEndEncrypted: invitation.key !== undefined,
      recording,
      mayManage: openAccess,
      invitation,
    };
  }
  const found = await apiFor(invitation).getInvitation(meetingId);
  const { title, mode, status, hasPassword, endToEndEncrypted, opensAt, startTime, role: guest, mayHost } = found;
  const { capacity, registration, recording = false, planned = null, hostName = null } = found;
  if (status === 'ended') throw new CanopyError('MEETING_ENDED');
  const known = {
    title,
    hasPassword,
    endToEndEncrypted,
    capacity,
    recording,
    invitation,
    startTime,
    planned,
    hostName,
  };
  // Whoever is signed in hosts what is theirs; where access is open, the browser in which it was made.
  const own = isHosted(meetingId) || (mayHost && !openAccess);
  const free = mayHost && invitation.link === undefined;
  const role = free ? (invitation.role ?? defaultRole(own, mode)) : guest;
  // Where access is open the server takes everybody for a host: who comes as a guest is asked here.
  const asGuest = free && !own && role === guest;
  if (registration && (registration.required || asGuest))
    return { ...known, role: guest, mayManage: false, registration };
  if (!mayHost && opensAt !== null && Date.parse(opensAt) > Date.now())
    return { ...known, role: guest, mayManage: false, opensAt };
  return { ...known, role, mayManage: mayHost };
}
