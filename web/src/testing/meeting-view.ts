import { type MeetingView, type Participant, Role } from '@canopy/client';

/** A person on the stage, by their id. */
export function person(id: string, fields: Partial<Participant> = {}): [string, Participant] {
  return [id, { id, name: id, role: Role.PANELIST, edgeId: 'e', region: 'r', connected: true, ...fields }];
}

/** A meeting as its host sees it, with Ada and Ben, where nothing is shared yet. */
export function meetingView(fields: Partial<MeetingView> = {}): MeetingView {
  return {
    meetingId: 'm',
    mainMeetingId: 'm',
    arriving: null,
    mode: 'meeting',
    title: '',
    connection: 'connected',
    media: 'connected',
    self: { participantId: 'me', name: 'me', role: Role.HOST, edge: undefined, published: new Map() },
    participants: new Map([person('me'), person('ada'), person('ben')]),
    attendeeCount: 0,
    attendees: new Map(),
    moreAttendees: false,
    reception: null,
    tracks: new Map(),
    received: new Map(),
    activeSpeakers: new Set(),
    ...fields,
  };
}
