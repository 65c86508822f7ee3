import type { Meeting, MeetingView } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { RequestNotice, useNewest } from '../moderation/request-notice.tsx';
import { useHands } from './use-hands.ts';

export interface HandNoticeProps {
  meeting: Meeting;
  view: MeetingView;
  /** The queue is on view anyway. */
  looking: boolean;
  onLook: () => void;
}

/** Says who raised a hand; for those who do not keep order it stands at the tile. */
export function HandNotice({ meeting, view, looking, onLook }: HandNoticeProps) {
  const { t } = useTranslation('reactions');
  const newest = useNewest(useHands(meeting), view.self.participantId);
  return (
    <RequestNotice
      view={view}
      newestId={newest?.participantId ?? null}
      text={t('raisedBy', { name: newest?.name })}
      sign="✋"
      testId="hand-notice"
      look={{ label: t('show'), testId: 'show-hands' }}
      looking={looking}
      onLook={onLook}
    />
  );
}
