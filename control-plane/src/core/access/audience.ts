import { AudienceGroup, type MeetingEvent } from '@canopy/proto/signal';
import { canManage, followsAttendees, type MeetingMode, type RoleName } from '../meeting/roles.ts';

/** Whether somebody with this role is told of an event in a meeting of that mode. */
export function isToldOf(
  event: MeetingEvent,
  { participantId, role }: { participantId: string; role: RoleName },
  mode: MeetingMode,
): boolean {
  // Nobody else in the audience, or the crowd, but what others see of oneself.
  const isOwn = event.participantUpdated?.id === participantId;
  if (event.ofAttendee === true && !followsAttendees(role, mode) && !isOwn) return false;
  const { audience } = event;
  if (audience === undefined) return true;
  return isIn(audience.group, role) || audience.participantIds.includes(participantId);
}

function isIn(group: AudienceGroup, role: RoleName): boolean {
  switch (group) {
    case AudienceGroup.STAGE:
      return role !== 'attendee';
    case AudienceGroup.MANAGERS:
      return canManage(role);
    case AudienceGroup.UNSPECIFIED:
      return false;
  }
}
