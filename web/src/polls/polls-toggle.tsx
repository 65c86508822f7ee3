import type { Meeting, MeetingView } from '@canopy/client';
import { ToggleButton, type ToggleButtonProps } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Hint } from '../design/hint.tsx';
import { Icon } from '../design/icon.tsx';
import { UnreadBadge } from '../design/unread-badge.tsx';
import { isManager } from '../moderation/use-moderation.ts';
import { isWaiting } from './poll-news.ts';
import { useLoadedPolls, useNewResults } from './use-polls.ts';

export interface PollsToggleProps extends ToggleButtonProps {
  meeting: Meeting;
  view: MeetingView;
}

/** Opens the panel, for hosts and wherever there is a poll; says how many wait for one's vote, or show results that are new. */
export function PollsToggle({ meeting, view, ...toggle }: PollsToggleProps) {
  const { t } = useTranslation('polls');
  const polls = useLoadedPolls(meeting, view);
  const manages = isManager(view);
  const results = useNewResults(meeting, toggle.isSelected === true);
  if (!manages && polls.length === 0 && toggle.isSelected !== true) return null;
  const [votes, news] = manages ? [0, 0] : [polls.filter(isWaiting).length, results];
  const labels = [votes > 0 && t('waiting', { count: votes }), news > 0 && t('newResults', { count: news })];
  return (
    <Hint text={t('title')}>
      <ToggleButton {...toggle} data-testid="toggle-polls">
        <Icon name="poll" size={18} />
        <span className="visually-hidden">{t('title')}</span>
        <UnreadBadge count={votes + news} label={labels.filter(Boolean).join(', ')} testId="waiting-polls" />
      </ToggleButton>
    </Hint>
  );
}
