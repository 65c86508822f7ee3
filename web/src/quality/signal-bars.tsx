import { useTranslation } from 'react-i18next';
import styles from './signal-bars.module.css';

const bars = [1, 2, 3, 4] as const;

/** How well the meeting reaches somebody: as many bars as the score, which is said in words to who does not see them. */
export function SignalBars({ score }: { score: number }) {
  const { t } = useTranslation('quality');
  const known = bars.find((bar) => bar === score);
  if (known === undefined) return null;
  return (
    <span
      className={styles.bars}
      role="img"
      aria-label={t(`score${known}`)}
      title={t(`score${known}`)}
      data-score={score}
    >
      {bars.map((bar) => (
        <span key={bar} data-on={bar <= score} />
      ))}
    </span>
  );
}
