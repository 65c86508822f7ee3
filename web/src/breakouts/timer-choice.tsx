import type { Meeting } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import type { Act } from './act.ts';

const minutes = [1, 2, 5, 10, 15, 20, 30, 45, 60];

/** When everybody comes back, counted from the choice. */
export function TimerChoice({ meeting: { breakouts }, act }: { meeting: Meeting; act: Act }) {
  const { t } = useTranslation('breakouts');
  return (
    <Select
      label={t('timer')}
      icon={<Icon name="arrow" size={18} />}
      defaultValue={0}
      onChange={({ target }) => act(breakouts.change({ closesInSeconds: Number(target.value) * 60 }))}
      data-testid="breakout-timer"
    >
      <option value={0}>{t('noTimer')}</option>
      {minutes.map((count) => (
        <option key={count} value={count}>
          {t('inMinutes', { count })}
        </option>
      ))}
    </Select>
  );
}
