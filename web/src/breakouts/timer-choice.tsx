import type { BreakoutsView, Meeting } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import { regional } from '../i18n/regional.ts';
import type { Act } from './act.ts';

/** Stands for the time that was chosen. */
const chosen = -1;
const minutes = [1, 2, 5, 10, 15, 20, 30, 45, 60];

interface TimerChoiceProps {
  meeting: Meeting;
  closesAt: BreakoutsView['closesAt'];
  act: Act;
}

/** When everybody comes back, counted from the choice. */
export function TimerChoice({ meeting: { breakouts }, closesAt, act }: TimerChoiceProps) {
  const { t, i18n } = useTranslation('breakouts');
  const clock = new Intl.DateTimeFormat(regional(i18n.language), { timeStyle: 'short' });
  return (
    <Select
      label={t('timer')}
      icon={<Icon name="clock" size={18} />}
      value={closesAt === null ? 0 : chosen}
      onChange={({ target }) => act(breakouts.change({ closesInSeconds: Number(target.value) * 60 }))}
      data-testid="breakout-timer"
    >
      {closesAt !== null && <option value={chosen}>{t('atTime', { time: clock.format(closesAt) })}</option>}
      <option value={0}>{t('noTimer')}</option>
      {minutes.map((count) => (
        <option key={count} value={count}>
          {t('inMinutes', { count })}
        </option>
      ))}
    </Select>
  );
}
