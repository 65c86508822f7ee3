import { Role } from '@canopy/proto/signal';

/** What a meeting is: a call where everyone talks, or a webinar with a stage and an audience. */
export const meetingModes = ['meeting', 'webinar'] as const;
export type MeetingMode = (typeof meetingModes)[number];

export const roleNames = ['host', 'cohost', 'panelist', 'attendee'] as const;
export type RoleName = (typeof roleNames)[number];

const wireRoles = {
  host: Role.HOST,
  cohost: Role.COHOST,
  panelist: Role.PANELIST,
  attendee: Role.ATTENDEE,
} as const satisfies Record<RoleName, Role>;

/** The role as it travels in signaling messages. */
export function wireRole(role: RoleName): Role {
  return wireRoles[role];
}

/** What somebody is who comes by a link: part of a meeting, watching a webinar. */
export function guestRole(mode: MeetingMode): RoleName {
  return mode === 'webinar' ? 'attendee' : 'panelist';
}

/** Attendees watch; everyone else may publish. */
export function canPublish(role: RoleName): boolean {
  return role !== 'attendee';
}

/** Attendees of a webinar don't learn who else attends. In a meeting everybody may look through its crowd. */
export function canSeeAttendees(role: RoleName, mode: MeetingMode): boolean {
  return mode === 'meeting' || role !== 'attendee';
}

/** Who is told of each who is counted and not listed: the stage of a webinar; in a meeting, where everybody may be many, those who keep order. */
export function followsAttendees(role: RoleName, mode: MeetingMode): boolean {
  return mode === 'meeting' ? canManage(role) : role !== 'attendee';
}

/** Hosts and cohosts keep order. */
export function canManage(role: RoleName): boolean {
  return role === 'host' || role === 'cohost';
}

/** The reverse of {@link wireRole}; an unknown role has the fewest rights. */
export function roleOfWire(role: Role): RoleName {
  return roleNames.find((name) => wireRoles[name] === role) ?? 'attendee';
}
