import type { Meeting, MeetingView } from '@canopy/client';
import { ToggleButton, type ToggleButtonProps } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Hint } from '../design/hint.tsx';
import { Icon } from '../design/icon.tsx';
import { UnreadBadge } from '../design/unread-badge.tsx';
import { isManager } from '../moderation/use-moderation.ts';
import { isWaiting, useLoadedPolls } from './use-polls.ts';

export interface PollsToggleProps extends ToggleButtonProps {
  meeting: Meeting;
  view: MeetingView;
}

/** Opens the panel, for hosts and wherever there is a poll; says how many wait for one's vote. */
export function PollsToggle({ meeting, view, ...toggle }: PollsToggleProps) {
  const { t } = useTranslation('polls');
  const polls = useLoadedPolls(meeting, view);
  const manages = isManager(view);
  if (!manages && polls.length === 0 && toggle.isSelected !== true) return null;
  const count = manages ? 0 : polls.filter(isWaiting).length;
  return (
    <Hint text={t('title')}>
      <ToggleButton {...toggle} data-testid="toggle-polls">
        <Icon name="poll" size={18} />
        <span className="visually-hidden">{t('title')}</span>
        <UnreadBadge count={count} label={t('waiting', { count })} testId="waiting-polls" />
      </ToggleButton>
    </Hint>
  );
}
