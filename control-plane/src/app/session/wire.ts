import type { TrackTarget } from '@canopy/proto/edge_media';
import type { TrackWant } from '@canopy/proto/media';
import type { MeetingSnapshot, Track } from '@canopy/proto/signal';
import { canSeeAttendees } from '../../core/meeting/roles.ts';
import { rulesOf } from '../../core/meeting/rules.ts';
import type { MeetingState } from '../../core/meeting/state.ts';
import type { LiveSession } from './live-session.ts';

/** The state of a meeting as it is shown to a participant. */
export function snapshotOf(
  { meetingId, profile, participantId, role }: Pick<LiveSession, 'meetingId' | 'profile' | 'participantId' | 'role'>,
  { participants, tracks, hands, position, attendeeCount, recording }: MeetingState,
): MeetingSnapshot {
  const seesAll = canSeeAttendees(role, profile.mode);
  return {
    meetingId,
    title: profile.title,
    participants: [...participants],
    tracks: [...tracks],
    position,
    attendeeCount,
    hands: hands.filter((hand) => seesAll || hand.participantId === participantId),
    rules: rulesOf(profile),
    recording,
    webinar: profile.mode === 'webinar',
  };
}

/** The wanted tracks with where they come from; those that are not among `tracks` are left out. */
export function targetsOf(wants: readonly TrackWant[], tracks: readonly Track[]): TrackTarget[] {
  const known = new Map(tracks.map((track) => [track.id, track]));
  return wants.flatMap((want) => {
    const track = known.get(want.trackId);
    return track === undefined ? [] : [{ want, originEdgeId: track.originEdgeId, kind: track.kind }];
  });
}
