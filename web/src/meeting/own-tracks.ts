import { type MeetingView, TrackSource } from '@canopy/client';

const ofPerson: ReadonlySet<TrackSource> = new Set([TrackSource.MICROPHONE, TrackSource.CAMERA]);

/** Whether the meeting has this participant's microphone or camera on. `self.published` says so before the server has agreed, who may refuse. */
export function isKnownToSend({ self, tracks }: Pick<MeetingView, 'self' | 'tracks'>): boolean {
  return [...tracks.values()].some(
    ({ participantId, source, muted }) => participantId === self.participantId && ofPerson.has(source) && !muted,
  );
}
