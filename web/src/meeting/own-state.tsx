import { type MeetingView, Role, TrackSource } from '@canopy/client';
import { useTranslation } from 'react-i18next';

/** Says aloud, to those who listen, whether they are heard and seen: what is published, not what was switched on here. Nothing to the audience, which is neither. */
export function OwnState({ view }: { view: MeetingView }) {
  const { t } = useTranslation('settings');
  const onStage = view.self.role !== Role.ATTENDEE;
  const heard = isSent(view, TrackSource.MICROPHONE);
  const seen = isSent(view, TrackSource.CAMERA);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-testid="own-state">
      {onStage && `${t(heard ? 'isHeard' : 'isNotHeard')} ${t(seen ? 'isSeen' : 'isNotSeen')}`}
    </div>
  );
}

/** Whether others are sent what comes from there. */
function isSent({ self }: MeetingView, source: TrackSource): boolean {
  const track = self.published.get(source);
  return track !== undefined && track.media !== null && !track.muted;
}
