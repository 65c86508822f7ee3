import { Role } from '@canopy/proto/signal';

/** What somebody is in a meeting, as the REST API says it. */
export type RoleName = 'host' | 'cohost' | 'panelist' | 'attendee';

const wireRoles = {
  host: Role.HOST,
  cohost: Role.COHOST,
  panelist: Role.PANELIST,
  attendee: Role.ATTENDEE,
} as const satisfies Record<RoleName, Role>;

export function toWireRole(name: RoleName): Role {
  return wireRoles[name];
}

/** An unknown role has the fewest rights. */
export function roleName(role: Role): RoleName {
  const names = Object.keys(wireRoles) as RoleName[];
  return names.find((name) => wireRoles[name] === role) ?? 'attendee';
}
