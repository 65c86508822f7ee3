import { type MeetingView, Role, TrackSource } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Notice } from '../design/notice.tsx';

/** Tells who shares a screen how many see it. */
export function ScreenAudience({ view }: { view: MeetingView }) {
  const { t } = useTranslation('stage');
  const audience = audienceOf(view);
  return (
    <div role="status" data-testid="screen-audience">
      {audience !== null && audience.all > 0 && <Notice quiet>{t('sees', audience)}</Notice>}
    </div>
  );
}

/** How many of those on stage have a picture of one's own shared screen, by their own word; null while nothing is shared. The audience of a webinar is not asked. */
function audienceOf({ self, participants, tracks }: MeetingView): { seeing: number; all: number } | null {
  const own = [...tracks.values()].find(
    ({ participantId, source }) => participantId === self.participantId && source === TrackSource.SCREEN,
  );
  if (own === undefined) return null;
  const others = [...participants.values()].filter(
    ({ id, role }) => id !== self.participantId && role !== Role.ATTENDEE,
  );
  return { seeing: others.filter(({ seesTrackId }) => seesTrackId === own.id).length, all: others.length };
}
