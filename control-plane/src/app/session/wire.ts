import type { TrackTarget } from '@canopy/proto/edge_media';
import type { TrackWant } from '@canopy/proto/media';
import type { MeetingSnapshot, Track } from '@canopy/proto/signal';
import type { MeetingProfile } from '../../core/meeting/meeting.ts';
import { rulesOf } from '../../core/meeting/rules.ts';
import type { MeetingState } from '../../core/meeting/state.ts';

export function snapshotOf(meetingId: string, profile: MeetingProfile, state: MeetingState): MeetingSnapshot {
  const { participants, tracks, position, attendeeCount } = state;
  const rules = rulesOf(profile);
  const { title } = profile;
  return { meetingId, title, participants: [...participants], tracks: [...tracks], position, attendeeCount, rules };
}

/** The wanted tracks with where they come from; those that are not among `tracks` are left out. */
export function targetsOf(wants: readonly TrackWant[], tracks: readonly Track[]): TrackTarget[] {
  const known = new Map(tracks.map((track) => [track.id, track]));
  return wants.flatMap((want) => {
    const track = known.get(want.trackId);
    return track === undefined ? [] : [{ want, originEdgeId: track.originEdgeId, kind: track.kind }];
  });
}
