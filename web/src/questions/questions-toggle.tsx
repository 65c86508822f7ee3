import type { Meeting } from '@canopy/client';
import { useEffect } from 'react';
import { ToggleButton, type ToggleButtonProps } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Hint } from '../design/hint.tsx';
import { Icon } from '../design/icon.tsx';
import { UnreadBadge } from '../design/unread-badge.tsx';
import { useQuestions, useUnreadQuestions } from './use-questions.ts';

export interface QuestionsToggleProps extends ToggleButtonProps {
  meeting: Meeting;
}

/** Opens the panel, and says how many questions are new. */
export function QuestionsToggle({ meeting, ...toggle }: QuestionsToggleProps) {
  const { t } = useTranslation('questions');
  const view = useQuestions(meeting);
  const unread = useUnreadQuestions(meeting, view, toggle.isSelected === true);
  useEffect(() => {
    meeting.questions.loadMore().catch((error: unknown) => console.debug('canopy: no questions yet', error));
  }, [meeting]);
  return (
    <Hint text={t('title')}>
      <ToggleButton {...toggle} data-testid="toggle-questions">
        <Icon name="question" size={18} />
        <span className="visually-hidden">{t('title')}</span>
        <UnreadBadge count={unread} label={t('unread', { count: unread })} testId="unread-questions" />
      </ToggleButton>
    </Hint>
  );
}
