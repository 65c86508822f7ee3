import type { Meeting } from '@canopy/client';
import { useEffect } from 'react';
import { ToggleButton, type ToggleButtonProps } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Hint } from '../design/hint.tsx';
import { Icon } from '../design/icon.tsx';
import { UnreadBadge } from '../design/unread-badge.tsx';
import { useUnread } from '../lib/use-unread.ts';
import { useNewAnswers, useQuestions } from './use-questions.ts';

export interface QuestionsToggleProps extends ToggleButtonProps {
  meeting: Meeting;
}

/** Opens the panel, and says how many questions and answers are new. */
export function QuestionsToggle({ meeting, ...toggle }: QuestionsToggleProps) {
  const { t } = useTranslation('questions');
  const view = useQuestions(meeting);
  const looking = toggle.isSelected === true;
  const asked = useUnread(meeting.questions, view.unread, looking);
  const { unread, newest } = useNewAnswers(view, looking);
  const answered = unread.size;
  const news = [
    asked > 0 && t('unread', { count: asked }),
    answered > 0 && t('unreadAnswers', { count: answered }),
  ].filter((text) => text !== false);
  useEffect(() => {
    meeting.questions.loadMore().catch((error: unknown) => console.debug('canopy: no questions yet', error));
  }, [meeting]);
  return (
    <>
      <Hint text={t('title')}>
        <ToggleButton {...toggle} data-testid="toggle-questions">
          <Icon name="question" size={18} />
          <span className="visually-hidden">{t('title')}</span>
          <UnreadBadge count={asked + answered} label={news.join(', ')} testId="unread-questions" />
        </ToggleButton>
      </Hint>
      <div className="visually-hidden" role="status">
        {newest.map(({ id, text }) => (
          <p key={id}>{t('yoursAnswered', { text })}</p>
        ))}
      </div>
    </>
  );
}
