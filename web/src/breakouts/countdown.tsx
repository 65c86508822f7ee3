import { useTranslation } from 'react-i18next';
import { minutesAndSeconds } from './time-left.ts';
import { useTimeLeft } from './use-time-left.ts';

/** The time until everybody comes back. */
export function Countdown({ closesAt }: { closesAt: number }) {
  const { t } = useTranslation('breakouts');
  const text = useTimeLeft(closesAt, (leftMs) =>
    leftMs <= 0 ? t('closing') : t('closesIn', { time: minutesAndSeconds(leftMs) }),
  );
  return (
    <span role="timer" data-testid="breakout-countdown">
      {text}
    </span>
  );
}
