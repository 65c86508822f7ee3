import type { Meeting, MeetingView } from '@canopy/client';
import { ToggleButton, type ToggleButtonProps } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Hint } from '../design/hint.tsx';
import { Icon } from '../design/icon.tsx';
import { UnreadBadge } from '../design/unread-badge.tsx';
import { isManager } from '../moderation/use-moderation.ts';
import { useBreakouts } from './use-breakouts.ts';

export interface BreakoutsToggleProps extends ToggleButtonProps {
  meeting: Meeting;
  view: MeetingView;
}

/** Opens the panel, for those who have something to do there; tells hosts how many ask for help. */
export function BreakoutsToggle({ meeting, view, ...toggle }: BreakoutsToggleProps) {
  const { t } = useTranslation('breakouts');
  const { phase, selfChosen, people } = useBreakouts(meeting);
  const hasUse = isManager(view) || (phase === 'open' && selfChosen) || toggle.isSelected === true;
  if (view.mode === 'webinar' || !hasUse) return null;
  const count = people.filter(({ asksForHelp }) => asksForHelp).length;
  return (
    <Hint text={t('toggle')}>
      <ToggleButton {...toggle} data-testid="toggle-breakouts">
        <Icon name="rooms" size={18} />
        {count === 0 && <span className="visually-hidden">{t('toggle')}</span>}
        <UnreadBadge count={count} label={t('toggleHelp', { count })} testId="asking-for-help" />
      </ToggleButton>
    </Hint>
  );
}
