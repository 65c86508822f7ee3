import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { minutesAndSeconds } from './time-left.ts';

/** The time until everybody comes back, which is also said aloud once it is short. */
export function Countdown({ closesAt }: { closesAt: number }) {
  const { t } = useTranslation('breakouts');
  const [now, setNow] = useState(Date.now);

  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);

  const leftMs = closesAt - now;
  return (
    <>
      <span role="timer" data-testid="breakout-countdown">
        {leftMs <= 0 ? t('closing') : t('closesIn', { time: minutesAndSeconds(leftMs) })}
      </span>
      <span role="status" className="visually-hidden">
        {leftMs < 60_000 && t('closesSoon')}
      </span>
    </>
  );
}
