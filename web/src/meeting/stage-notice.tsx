import { type Meeting, type MeetingView, Role } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import { isManager, useModeration } from '../moderation/use-moderation.ts';
import { isKnownToSend } from './own-tracks.ts';

/** Tells somebody that they were brought onto the stage, until they use it, or that they are in the audience again. */
export function StageNotice({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const { t } = useTranslation(['meeting', 'common']);
  const onStage = view.self.role !== Role.ATTENDEE;
  const [wasOnStage, setWasOnStage] = useState(onStage);
  const [isNews, setIsNews] = useState(false);
  const { mayUnmute } = useModeration(meeting).rules;
  const isUsed = isKnownToSend(view);
  if (onStage !== wasOnStage) {
    setWasOnStage(onStage);
    setIsNews(true);
  } else if (isNews && onStage && isUsed) {
    setIsNews(false);
  }
  const onStageText = mayUnmute || isManager(view) ? 'onStage' : 'onStageUnheard';

  return (
    <div role="status">
      {isNews && (
        <Notice testId="stage-notice" actions={<Button onPress={() => setIsNews(false)}>{t('common:dismiss')}</Button>}>
          {t(onStage ? onStageText : 'inAudience')}
        </Notice>
      )}
    </div>
  );
}
